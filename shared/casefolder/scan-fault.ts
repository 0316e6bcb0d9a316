/** What a scan found wrong, and the byte where it did. */
export class ScanFault extends Error {
  override readonly name = 'ScanFault';
  readonly offset: number;

  constructor(what: string, offset: number) {
    super(what);
    this.offset = offset;
  }
}

/** Of UTF-8; some editors write it, and it is no fault. */
export const byteOrderMark: readonly number[] = [0xef, 0xbb, 0xbf];

/** Why a document may not begin with this byte; `undefined` = it may. */
export function faultOfStart(byte: number): string | undefined {
  if (byte === 0x7b) return undefined;
  if (byte === 0xff || byte === 0xfe || byte === 0)
    return 'the file is not UTF-8 text (PowerShell redirects as UTF-16: use Out-File -Encoding utf8)';
  if (byte === 0x5b)
    return 'a plain list; the body of a list is an object (az network … and az aks print another shape than az rest)';
  return 'not JSON: it does not begin with {';
}
