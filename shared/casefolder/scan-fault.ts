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

/** Why a root may not begin with this byte; `undefined` = it may. */
export function faultOfStart(byte: number): string | undefined {
  return byte === 0x7b || byte === 0x5b ? undefined : 'not JSON: it begins with neither { nor [';
}
