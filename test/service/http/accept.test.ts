import { describe, expect, test } from '@jest/globals';
import { formatOfAccept } from '../../../shared/service/http/accept.ts';

describe('formats by Accept', () => {
  test.each([
    [undefined, 'html'],
    ['', 'html'],
    ['*/*', 'html'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', 'html'],
    ['application/json', 'json'],
    ['application/json, text/plain, */*', 'json'],
    ['text/html;q=0.5, application/json;q=0.9', 'json'],
    ['text/csv', 'csv'],
    ['TEXT/Markdown; charset=utf-8', 'markdown'],
    ['application/sarif+json', 'sarif'],
    ['application/x-ndjson', 'ndjson'],
    ['application/*', 'json'],
    ['text/*', 'html'],
    ['text/*;q=0.5, text/html;q=0', 'text'],
    [
      'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
      'openmetrics',
    ],
    ['*/*, text/html;q=0', 'json'],
    ['image/png', undefined],
    ['*/*;q=0', undefined],
    ['text/html;q=2', 'html'],
    ['text/html;q=no', undefined],
    ['nonsense, ,;;q=', undefined],
  ] as const)('%p: %s', (accept, format) => {
    expect(formatOfAccept(accept)).toBe(format);
  });

  test('a header as long as a book is read in no time', () => {
    expect(formatOfAccept('text/csv,'.repeat(1_000_000))).toBe('csv');
  });
});
