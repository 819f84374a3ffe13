/** What a worker runs a model on, whichever software that is. Types only. */
import type { Device, Dtype } from '../../api/vocabulary.js';
import type { LoadedModel, LoadRequest } from '../../ports/worker-api.js';
import type { OutputChoice } from '../recipe/graph-output.js';
import type { FileRules, ModelFiles } from '../files/model-files.js';
import type { ResolvedRecipe } from '../recipe/resolve-recipe.js';
import type { TextTokenizer } from '../tokens/tokenizer.js';

/** What the graph gives for a batch. */
export interface GraphOutput {
  /** `[texts, dimensions]` when pooled, else `[texts, length, dimensions]`; row-major, float32. Valid until the next run. */
  readonly data: Float32Array;
  readonly dimensions: number;
}

/** A loaded model: text to token ids, token ids to vectors. */
export interface Runtime extends TextTokenizer {
  /** Whether a run gives one vector a text, whatever the model's pooling is. */
  readonly poolsInGraph: boolean;
  /** Ids the graph has rows for, where that is known: a configuration may promise more. */
  readonly vocabularySize?: number;
  /** How its vectors compare with what they should be, where that was asked for. */
  readonly proof?: NonNullable<LoadedModel['proof']>;
  /** Runs token arrays as one batch, each padded to `length`. */
  run(batch: readonly (readonly number[])[], length: number): Promise<GraphOutput>;
}

/** What to start. */
export interface RuntimeSetup {
  readonly device: Device;
  readonly dtype: Dtype;
  readonly output: OutputChoice;
  readonly recipe: ResolvedRecipe;
  readonly tokenizer: TextTokenizer;
  /** What a proof of its vectors holds for. */
  readonly subject: string;
}

/** One kind of software a worker runs models on. */
export interface RuntimeKind<Urls> {
  /** What sentences about it begin with. */
  readonly label: string;
  /** What it asks of a model before the weights are read. */
  readonly accept?: FileRules['accept'];
  /** What it says to weights that lie in several files. */
  readonly acceptData?: FileRules['acceptData'];
  /** Refuses a device before anything is fetched. */
  check?(request: LoadRequest<Urls>): Promise<void>;
  /** Starts what needs no model, beside its download. */
  prepare?(request: LoadRequest<Urls>): Promise<void>;
  /** Loads the graph. After a failure this realm isn't used again. */
  start(files: ModelFiles, setup: RuntimeSetup, request: LoadRequest<Urls>): Promise<Runtime>;
  /** Calls `onLost` at most once, when the device is gone. */
  watch?(request: LoadRequest<Urls>, onLost: (reason: string) => void): Promise<void>;
}
