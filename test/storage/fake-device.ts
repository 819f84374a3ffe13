/** A device, as far as jobs see it: embeds at once, and fails where it is told to. */
import type { JobResult } from '../../src/api/jobs.js';
import { collectJobOutput } from '../../src/client/job-calls/shape-job.js';
import type { ModelContent } from '../../src/ports/model-content.js';
import type { EmbeddedRows, TargetRequest } from '../../src/contract/target.js';
import { JobService } from '../../src/jobs/job-service.js';
import { waitUnder } from '../../src/util/deadline.js';
import { onTestFinished } from 'vitest';

/** What a device was asked, and what it answers. */
export class FakeDevice {
  /** Every input that was embedded. */
  readonly embedded: string[] = [];
  /** What its model is made of. */
  content: ModelContent | undefined;
  /** Called before inputs are embedded; a throw is the answer. */
  onEmbed: (inputs: readonly string[]) => void | Promise<void> = () => undefined;

  /** The service of a page on this device, disposed of when the test has ended. */
  open(owner = 'owner'): JobService {
    const service = new JobService({
      model: 'model',
      owner,
      backend: { embed: ({ inputs }, { signal }) => waitUnder(signal, this.#embed(inputs as string[])) },
      checkParams: ({ input }) => ({ inputs: input as TargetRequest['inputs'], truncate: 'end' }),
      checkCreate: () => undefined,
      checkWait: () => undefined,
      shape: (parts, format): Promise<JobResult['output']> => collectJobOutput(parts, format),
    });
    onTestFinished(() => {
      service.dispose();
    });
    void service.goOn().catch(() => undefined);
    return service;
  }

  async #embed(inputs: readonly string[]): Promise<EmbeddedRows> {
    await this.onEmbed(inputs);
    this.embedded.push(...inputs);
    return {
      vectors: new Float32Array(inputs.flatMap(({ length }) => [length, 1])),
      dimensions: 2,
      totalTokens: inputs.length,
      space: 'fake',
      ...(this.content && { content: this.content }),
      provider: { kind: 'local', id: 'fake' },
      model: 'model',
    };
  }
}
