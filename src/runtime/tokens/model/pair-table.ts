/** Pairs of numbers → numbers, in flat arrays: a million of them are there in a tenth of a second, and none is an object. */

/** An open-addressing hash table. Its values are over 0. */
export class PairTable {
  #lefts: Int32Array;
  #rights: Int32Array;
  /** 0 is a free place. */
  #values: Int32Array;
  #mask: number;
  #count = 0;
  /** More pairs than that would be looked for too long. */
  #most: number;

  /** @param expected - how many pairs there will be, about: it grows when there are more. */
  constructor(expected: number) {
    let size = 16;
    while (size < expected * 1.5) size *= 2;
    this.#lefts = new Int32Array(size);
    this.#rights = new Int32Array(size);
    this.#values = new Int32Array(size);
    this.#mask = size - 1;
    this.#most = size / 1.5;
  }

  /** A pair's value; 0 where it has none. */
  get(left: number, right: number): number {
    return this.#values[this.#find(left, right)] ?? 0;
  }

  /** Of a pair that is set again, the last value counts. */
  set(left: number, right: number, value: number): void {
    if (this.add(left, right, value) !== value) this.#values[this.#find(left, right)] = value;
  }

  /** The value of a pair, which is `value` where it had none. */
  add(left: number, right: number, value: number): number {
    const place = this.#find(left, right);
    const known = this.#values[place] ?? 0;
    if (known !== 0) return known;
    this.#lefts[place] = left;
    this.#rights[place] = right;
    this.#values[place] = value;
    this.#count += 1;
    if (this.#count > this.#most) this.#grow();
    return value;
  }

  /** Where a pair is, or would be. */
  #find(left: number, right: number): number {
    // Read once: a text's every character comes through here.
    const lefts = this.#lefts;
    const rights = this.#rights;
    const values = this.#values;
    const mask = this.#mask;
    let place = hash(left, right) & mask;
    while (values[place] !== 0 && !(lefts[place] === left && rights[place] === right)) place = (place + 1) & mask;
    return place;
  }

  #grow(): void {
    const larger = new PairTable((this.#mask + 1) * 1.3);
    for (let place = 0; place <= this.#mask; place++) {
      const value = this.#values[place] ?? 0;
      if (value !== 0) larger.add(this.#lefts[place] ?? 0, this.#rights[place] ?? 0, value);
    }
    this.#lefts = larger.#lefts;
    this.#rights = larger.#rights;
    this.#values = larger.#values;
    this.#mask = larger.#mask;
    this.#most = larger.#most;
    this.#count = larger.#count;
  }
}

/** Source: Knuth, "The Art of Computer Programming", volume 3, section 6.4: multiplication by the golden ratio. */
function hash(left: number, right: number): number {
  const mixed = Math.imul(left ^ Math.imul(right, 0x85eb_ca6b), 0x9e37_79b1);
  return mixed ^ (mixed >>> 15);
}
