/** Notices calls in texts that the model's vocabulary lacks, whose vectors say little. */
import type { WarningEvent } from '../../api/events.js';
import type { EmbeddedRows } from '../../contract/target.js';

/** One call's count. */
export interface UnknownCount {
  /** Takes in a part of the call. Rows that don't tell are left out. */
  add(rows: Pick<EmbeddedRows, 'contentTokens' | 'unknownTokens' | 'model'>): void;
  /** The call is over. */
  end(): void;
}

/** Tells the app once, since a client that embeds texts of the wrong language does so in every call. */
export class UnknownTextWatch {
  readonly #tell: (event: WarningEvent) => void;
  #hasTold = false;

  constructor(tell: (event: WarningEvent) => void) {
    this.#tell = tell;
  }

  /** Begins a call. */
  begin(): UnknownCount {
    let content = 0;
    let unknown = 0;
    let model = '';
    return {
      add: (rows) => {
        content += sum(rows.contentTokens);
        unknown += sum(rows.unknownTokens);
        ({ model } = rows);
      },
      end: () => {
        if (this.#hasTold || unknown * 2 <= content) return;
        this.#hasTold = true;
        const message = `The vocabulary of '${model}' lacks more than half of what a call had (${unknown} of ${content} tokens): such texts have much the same vector, whatever they say. Use a model that knows their language.`;
        this.#tell({ code: 'unknown_text', message });
      },
    };
  }
}

function sum(counts: Uint32Array = new Uint32Array()): number {
  return counts.reduce((all, count) => all + count, 0);
}
