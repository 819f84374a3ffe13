/** Plans for a model of the hub on a device that offers everything, with changes. */
import type { DeviceVerdict } from '../../../src/ports/device-verdict.js';
import type { Capability } from '../../../src/plan/capability.js';
import { planLocal, type LocalPlanInput, type PlannedLocal } from '../../../src/plan/plan-local.js';
import { ABLE } from '../route/support.js';

/** The key of what is known of WASM, or of the kernel, where the app leaves the dtype open. */
export const WASM_KEY = 'q8+fp32';

/** What was found out, by device or kernel, and dtypes, such as `webgpu/fp16`. */
export type Findings = Readonly<Record<string, DeviceVerdict>>;

/** A plan for a model of the hub on an able device, with changes; on ONNX Runtime unless the options say otherwise. */
export function plan(
  options: LocalPlanInput['options'] = {},
  capability: Partial<Capability> = {},
  findings: Findings = {},
  gpuDtypes: LocalPlanInput['gpuDtypes'] = ['fp16', 'fp32'],
): readonly PlannedLocal[] {
  const recall: LocalPlanInput['recall'] = ({ device, runtime }, dtype) =>
    findings[`${runtime === 'kernel' ? runtime : device}/${dtype}`];
  return planLocal({
    options: { runtime: 'onnxruntime', ...options },
    gpuDtypes,
    capability: { ...ABLE, ...capability },
    recall,
  });
}

/** The targets' ids, in order. */
export function idsOf(targets: readonly PlannedLocal[]): string[] {
  return targets.map(({ id }) => id);
}
