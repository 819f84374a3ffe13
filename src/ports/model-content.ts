/** What a loaded model is made of. Types only. */

/** The files a model was loaded from, by their hashes. */
export interface ModelContent {
  /** The commit the hub told, where it did. */
  readonly commit?: string;
  /** Path → lower-case hex SHA-256; '' for a file the model was asked for and lacks. */
  readonly files: Readonly<Record<string, string>>;
  /** Which of them are weights: another number format has others. */
  readonly weights: readonly string[];
}
