/** A provider with jobs, as far as jobs see it: answers at once, and fails where it is told to. */
import type { JobResult } from '../../src/api/jobs.js';
import type { ProviderJobs, ProviderJobStatus, ProviderRequest } from '../../src/contract/provider.js';
import type { EmbeddedRows } from '../../src/contract/target.js';
import type { JobEgress, RemoteJobs } from '../../src/contract/remote-jobs.js';
import { JobService } from '../../src/jobs/job-service.js';
import { isRows } from '../../src/jobs/stored-part.js';

/** What a provider was asked, and what it answers. */
export class FakeProvider {
  /** The text of every request that was submitted, in their order; its id is `id-<text>`. */
  readonly submitted: string[] = [];
  /** The ids of every result that was fetched. */
  readonly fetched: string[] = [];
  readonly asked: JobEgress[] = [];
  /** The most requests that were being submitted at once. */
  maxAtOnce = 0;
  /** Called with the text before it is accepted; a rejection refuses it. */
  onSubmit: (text: string) => Promise<void> = () => Promise.resolve();
  onAsk: () => Promise<void> = () => Promise.resolve();
  statusOf: (requestId: string) => ProviderJobStatus | Promise<ProviderJobStatus> = () => 'COMPLETED';
  /** Called before a result is given; a throw is the answer. */
  onResult: (requestId: string) => void = () => undefined;
  key = 'fake/host/model';
  #submitting = 0;

  readonly #jobs: ProviderJobs = {
    submit: async ({ inputs: [input] }) => {
      this.#submitting += 1;
      this.maxAtOnce = Math.max(this.maxAtOnce, this.#submitting);
      try {
        await this.onSubmit(String(input));
      } finally {
        this.#submitting -= 1;
      }
      this.submitted.push(String(input));
      return `id-${String(input)}`;
    },
    status: async (requestId) => this.statusOf(requestId),
    result: (requestId) => {
      this.onResult(requestId);
      this.fetched.push(requestId);
      const vectors = Float32Array.of(requestId.length, 1);
      return Promise.resolve({ vectors, dimensions: 2, inferenceTimeS: 0.25 });
    },
  };

  /** The service of a page that names this provider. */
  open(owner = 'owner'): JobService {
    const service = new JobService({
      model: 'model',
      owner,
      backend: {
        embed: () => Promise.reject(new Error('Expected nothing to be embedded here.')),
        remote: (key) => Promise.resolve(key === undefined || key === this.key ? this.#remote() : undefined),
      },
      checkParams: ({ input }) => ({ inputs: input as string[], truncate: 'end' }),
      checkCreate: () => undefined,
      checkWait: () => undefined,
      shape: async (parts) => {
        const data: object[] = [];
        for await (const part of parts) {
          for (const piece of part) data.push(isRows(piece) ? { embedding: [...piece.vectors] } : { error: piece });
        }
        return { data } as JobResult['output'];
      },
    });
    void service.goOn();
    return service;
  }

  #remote(): RemoteJobs {
    return {
      key: this.key,
      jobs: this.#jobs,
      prepare: ({ inputs }): ProviderRequest => ({ inputs }),
      ask: (egress) => {
        this.asked.push(egress);
        return this.onAsk();
      },
      toRows: ({ vectors, dimensions }): EmbeddedRows => ({
        vectors,
        dimensions,
        totalTokens: 1,
        space: 'fake',
        provider: { kind: 'remote', id: 'fake', host: 'fake.example' },
        model: 'fake',
      }),
    };
  }
}
