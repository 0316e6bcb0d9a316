/** What the data block holds; `../data.ts` makes it. Numbers of texts are places in `words`. */
export interface PageData {
  /** The run, where the page is served, else 0. */
  readonly run: string | 0;
  readonly clusters: {
    readonly name: readonly string[];
    readonly anchor: readonly string[];
    /** What a query names it by where the page is served, else 0. */
    readonly id: readonly (string | 0)[];
    readonly owner: readonly number[];
    readonly subscription: readonly number[];
    readonly region: readonly number[];
  };
  readonly services: {
    readonly status: readonly number[];
    readonly namespace: readonly number[];
    readonly name: readonly number[];
    readonly cluster: readonly number[];
    readonly shares: readonly number[];
    /** Paths of the bar: what pods get, and what is lost. */
    readonly got: readonly number[];
    readonly lost: readonly number[];
    readonly harm: readonly number[];
    readonly harmValue: readonly number[];
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

/** The data block, unpacked, or fetched where the page is served and has too much of it; `undefined` where there is none. */
export async function readData(): Promise<PageData | undefined> {
  const block = document.querySelector<HTMLElement>('#data');
  if (block === null || typeof DecompressionStream === 'undefined') return undefined;
  const { run } = block.dataset;
  const text = run === undefined ? await unpacked(block.textContent) : await fetched(run);
  if (text === undefined) return undefined;
  const parsed: PageData = JSON.parse(text);
  return parsed;
}

/** Pages by the address behind `#`, in a file that has no service behind it. */
export async function readViews(): Promise<ReadonlyMap<string, string>> {
  const text = document.querySelector('#views')?.textContent ?? '';
  if (text === '' || typeof DecompressionStream === 'undefined') return new Map();
  const parsed: Record<string, string> = JSON.parse(await unpacked(text));
  return new Map(Object.entries(parsed));
}

/** The same question as the page's own, of exactly its run. */
async function fetched(run: string): Promise<string | undefined> {
  const address = new URL(location.href);
  address.hash = '';
  address.searchParams.set('run', run);
  address.searchParams.set('view', 'data');
  const response = await fetch(address);
  return response.ok && response.body !== null ? await inflated(response.body) : undefined;
}

function unpacked(base64: string): Promise<string> {
  const packed = atob(base64);
  const bytes = new Uint8Array(packed.length);
  for (let at = 0; at < packed.length; at += 1) bytes[at] = packed.charCodeAt(at);
  return inflated(new Blob([bytes]).stream());
}

function inflated(packed: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  return new Response(packed.pipeThrough(new DecompressionStream('deflate-raw'))).text();
}
