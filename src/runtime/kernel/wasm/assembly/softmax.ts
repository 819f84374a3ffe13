/** Scores to probabilities of one row. */
import { exp2Below } from './exponential';
import { integerSumOf, multiplyAdd, roundProduct, sumOf } from './lanes';
import { padTokens, probabilityStride, scoreStride, Workspace } from './structs';

const LOG2_E: f32 = 1.4426950408889634;
/** The probabilities of a row add up to about this, so that 16 bits hold any of them and 32 bits any mix of values. */
const WHOLE: f32 = 32767;

/**
 * Writes a row of `work.probabilities`, i16, from one of `work.scores`, i32, whose unit is in `work.rowScales`; that place
 * then holds what a mix of values is worth, given what one unit of a value is.
 *
 * softmax(x)ᵢ = 2^((xᵢ − max x) log₂ e) / Σ. Probabilities are rounded, so it is their own sum that mixes are divided by.
 */
export function softmax(work: Workspace, row: i32, tokens: i32, valueUnit: f32): void {
  const scores = work.scores + <usize>row * scoreStride(tokens);
  const probabilities = work.probabilities + <usize>row * probabilityStride(tokens);
  const padded = padTokens(tokens);
  // Padding takes part in whole vectors: as the first score it can't be a new largest one, and later it is taken out.
  const first = load<i32>(scores);
  for (let at = tokens; at < padded; at++) store<i32>(scores + ((<usize>at) << 2), first);
  const end = scores + ((<usize>padded) << 2);
  let peaks = v128.load(scores);
  for (let at = scores + 16; at < end; at += 16) peaks = i32x4.max_s(peaks, v128.load(at));
  const peak = max(
    max(i32x4.extract_lane(peaks, 0), i32x4.extract_lane(peaks, 1)),
    max(i32x4.extract_lane(peaks, 2), i32x4.extract_lane(peaks, 3)),
  );
  const unit = work.rowScales + ((<usize>row) << 2);
  const scale = load<f32>(unit) * LOG2_E;
  const factor = f32x4.splat(scale);
  const shift = f32x4.splat(<f32>-peak * scale);
  let sums = f32x4.splat(0);
  for (let at = scores; at < end; at += 16) {
    const power = exp2Below(multiplyAdd(f32x4.convert_i32x4_s(v128.load(at)), factor, shift));
    v128.store(at, power);
    sums = f32x4.add(sums, power);
  }
  const surplus = <f32>(padded - tokens) * load<f32>(scores);
  const total = roundProbabilities(scores, probabilities, tokens, padded, WHOLE / (sumOf(sums) - surplus));
  store<f32>(unit, valueUnit / <f32>total);
}

/** Powers to whole numbers; what is padding becomes 0. Returns their sum. */
// @ts-ignore: decorator
@inline
function roundProbabilities(powers: usize, probabilities: usize, tokens: i32, padded: i32, scale: f32): i32 {
  const factor = f32x4.splat(scale);
  const one = i16x8.splat(1);
  let sums = i32x4.splat(0);
  for (let at = tokens; at < padded; at++) store<f32>(powers + ((<usize>at) << 2), 0);
  for (let at = 0; at < padded; at += 8) {
    const words = i16x8.narrow_i32x4_s(
      roundProduct(v128.load(powers), factor),
      roundProduct(v128.load(powers, 16), factor),
    );
    v128.store(probabilities, words);
    sums = i32x4.add(sums, i32x4.dot_i16x8_s(words, one));
    powers += 32;
    probabilities += 16;
  }
  return integerSumOf(sums);
}
