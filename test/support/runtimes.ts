/** The runtimes that a browser test tries its subject on. */

/** Every value of the option `runtime` but `auto`. */
export const RUNTIMES = ['onnxruntime', 'kernel'] as const;

/** A value of the option `runtime`. */
export type RuntimeOption = (typeof RUNTIMES)[number];
