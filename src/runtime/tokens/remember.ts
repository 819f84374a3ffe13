/** What was decided of a text, when it comes again: most texts are made of few different parts. */

/** Calls `decide` once for each text, until there are over `most`, when all is forgotten. */
export function remember<T>(decide: (text: string) => T, most = Infinity): (text: string) => T {
  const known = new Map<string, { readonly decided: T }>();
  return (text) => {
    const before = known.get(text);
    if (before) return before.decided;
    const decided = decide(text);
    if (known.size >= most) known.clear();
    known.set(text, { decided });
    return decided;
  };
}
