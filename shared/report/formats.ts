import { csvPieces } from './csv.ts';
import type { HtmlOptions } from './html/context.ts';
import { renderHtml } from './html/html.ts';
import { jsonPieces, ndjsonPieces } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { renderOpenMetrics } from './openmetrics.ts';
import type { Report } from './report.ts';
import { renderSarif } from './sarif.ts';
import { textPieces, type TextOptions } from './text/text.ts';

export interface RenderOptions {
  /** For `text`: 100 columns without colour unless given. */
  readonly text?: TextOptions;
  /** For `html`. */
  readonly html?: HtmlOptions;
  /** Address of `/api/report`, from configuration: rules then link to their pages. */
  readonly reportUrl?: string;
}

interface FormatInfo {
  readonly mediaType: string;
  /** Other media types that ask for it. */
  readonly aliases: readonly string[];
  /** File names that end like this are of this format; the first is the usual one. */
  readonly extensions: readonly string[];
  /** In pieces, where a report may be larger than one string can be. */
  readonly render: (report: Report, options: RenderOptions) => string | Iterable<string>;
}

/** Every format, those first that a reader who has no preference gets. */
const table = {
  html: {
    mediaType: 'text/html; charset=utf-8',
    aliases: ['application/xhtml+xml'],
    extensions: ['.html', '.htm'],
    render: (report, { html, reportUrl }) =>
      renderHtml(report, { ...html, ...(reportUrl !== undefined && { reportUrl }) }),
  },
  json: {
    mediaType: 'application/json; charset=utf-8',
    aliases: ['text/json'],
    extensions: ['.json'],
    render: jsonPieces,
  },
  text: {
    mediaType: 'text/plain; charset=utf-8',
    aliases: [],
    extensions: ['.txt', '.text'],
    render: (report, { text }) => textPieces(report, text ?? { width: 100, colour: false }),
  },
  markdown: {
    mediaType: 'text/markdown; charset=utf-8',
    aliases: ['text/x-markdown'],
    extensions: ['.md', '.markdown'],
    render: (report, { reportUrl }) => renderMarkdown(report, reportUrl),
  },
  csv: {
    mediaType: 'text/csv; charset=utf-8; header=present',
    aliases: [],
    extensions: ['.csv'],
    render: csvPieces,
  },
  sarif: {
    mediaType: 'application/sarif+json; charset=utf-8',
    aliases: [],
    extensions: ['.sarif', '.sarif.json'],
    render: (report, { reportUrl }) => renderSarif(report, reportUrl),
  },
  openmetrics: {
    mediaType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
    aliases: [],
    extensions: ['.prom', '.openmetrics', '.om'],
    render: renderOpenMetrics,
  },
  ndjson: {
    mediaType: 'application/x-ndjson; charset=utf-8',
    aliases: ['application/ndjson', 'application/jsonl', 'application/json-seq'],
    extensions: ['.ndjson', '.jsonl'],
    render: ndjsonPieces,
  },
  junit: {
    mediaType: 'application/xml; charset=utf-8',
    aliases: ['text/xml', 'application/junit+xml'],
    extensions: ['.xml', '.junit.xml'],
    render: renderJunit,
  },
} as const satisfies Readonly<Record<string, FormatInfo>>;

export type Format = keyof typeof table;

const infos: ReadonlyMap<string, FormatInfo> = new Map(Object.entries(table));

/** Names of all formats, as `--format` and `?format=` take them. */
export const formats = Object.keys(table).filter(isFormat);

/** Whether this is the name of a format, as `--format` takes it. */
export function isFormat(name: string): name is Format {
  return infos.has(name);
}

/** The report in one of the formats: a pure function of the report and the options. */
export function render(report: Report, format: Format, options: RenderOptions = {}): string {
  return [...renderPieces(report, format, options)].join('');
}

/** The same in pieces, to be written one after the other. */
export function renderPieces(
  report: Report,
  format: Format,
  options: RenderOptions = {},
): Iterable<string> {
  const rendered = infoOf(format).render(report, options);
  return typeof rendered === 'string' ? [rendered] : rendered;
}

/** Value of the `Content-Type` header. */
export function contentTypeOf(format: Format): string {
  return infoOf(format).mediaType;
}

/** Media types by which a reader may ask for a format, without parameters, lower case. */
export function mediaTypesOf(format: Format): readonly string[] {
  const { mediaType, aliases } = infoOf(format);
  return [mediaType.replace(/;.*$/u, ''), ...aliases];
}

/** How the names of its files usually end. */
export function extensionOf(format: Format): string {
  return infoOf(format).extensions[0] ?? '';
}

/** The format that a file of this name should have, by its ending; `undefined` where that says nothing. */
export function formatOfFile(path: string): Format | undefined {
  const name = path.toLowerCase();
  const fits = formats.flatMap((format) =>
    infoOf(format)
      .extensions.filter((extension) => name.endsWith(extension))
      .map((extension) => ({ format, length: extension.length })),
  );
  return fits.toSorted((a, b) => b.length - a.length)[0]?.format;
}

function infoOf(format: Format): FormatInfo {
  return table[format];
}
