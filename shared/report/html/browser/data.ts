/** What the data block holds; `../data.ts` makes it. Numbers of texts are places in `words`. */
export interface PageData {
  /** The run, where the page is served, else 0. */
  readonly run: string | 0;
  readonly clusters: {
    readonly name: readonly string[];
    readonly anchor: readonly string[];
    /** ARM ids where the page is served, else 0. */
    readonly id: readonly (string | 0)[];
    readonly owner: readonly number[];
    readonly subscription: readonly number[];
  };
  readonly findings: {
    readonly severity: readonly number[];
    readonly state: readonly number[];
    readonly rule: readonly number[];
    readonly kind: readonly number[];
    readonly namespace: readonly number[];
    readonly name: readonly number[];
    readonly title: readonly number[];
    readonly since: readonly number[];
    readonly owner: readonly number[];
    readonly cluster: readonly number[];
    readonly print: readonly string[];
    /** Message, title of the fix, its price, for findings that are not in the page; 0 where there was no room. */
    readonly detail: readonly (readonly [string, string, string] | 0)[];
  };
  readonly words: readonly string[];
}

/** The data block, unpacked; `undefined` where the browser cannot. */
export async function readData(): Promise<PageData | undefined> {
  const text = document.querySelector('#data')?.textContent ?? '';
  if (text === '' || typeof DecompressionStream === 'undefined') return undefined;
  const packed = atob(text);
  const bytes = new Uint8Array(packed.length);
  for (let at = 0; at < packed.length; at += 1) bytes[at] = packed.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const parsed: PageData = JSON.parse(await new Response(stream).text());
  return parsed;
}
