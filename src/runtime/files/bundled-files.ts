/** What is known of the bundled model's files: their place, size and hash, and the small ones' content. */

/** What the build knows of them; it puts the values in place of the name. */
declare const __BUNDLED_MODEL_FILES__: Readonly<Record<string, { readonly content: string } | FilePrint>>;

/** Tells a file's content from any other. */
interface FilePrint {
  readonly sizeBytes: number;
  /** Lower-case hex SHA-256. */
  readonly sha256: string;
}

/** A file to be fetched and compared. */
export interface RemoteFile extends FilePrint {
  readonly url: string;
}

/** A file of the bundled model: given here when it is small, else to be fetched. */
export type BundledFile = { readonly content: string } | RemoteFile;

/** Path → file. `urls` has one for every file whose content isn't given. */
export function listBundledFiles(urls: Readonly<Record<string, string>>): ReadonlyMap<string, BundledFile> {
  return new Map(
    Object.entries(__BUNDLED_MODEL_FILES__).map(([path, file]): [string, BundledFile] => [
      path,
      'content' in file ? file : { ...file, url: urls[path] ?? '' },
    ]),
  );
}
