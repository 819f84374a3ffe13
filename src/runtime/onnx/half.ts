/** 16-bit floats. */

/** The numbers that bits of float16 stand for. Their bits are those of a float32 whose exponent is 112 too small. */
export function decodeHalves(halves: Uint16Array | Float64Array): Float32Array {
  const floats = new Float32Array(halves.length);
  const bits = new Uint32Array(floats.buffer);
  halves.forEach((half, index) => {
    bits[index] = ((half & 0x8000) << 16) | ((half & 0x7fff) << 13);
    const value = (floats[index] ?? 0) * 2 ** 112;
    floats[index] = (half & 0x7c00) !== 0x7c00 ? value : (half & 0x3ff) !== 0 ? NaN : value > 0 ? Infinity : -Infinity;
  });
  return floats;
}
