export { formatOfAccept } from './accept.ts';
export { buildReport, isOpen, summarise, type ReportInput } from './build.ts';
export {
  contentTypeOf,
  fileNameOf,
  formatOfFile,
  formats,
  isFormat,
  render,
  type Format,
  type RenderOptions,
} from './formats.ts';
export { filterReport, type ReportFilter } from './filter.ts';
export { htmlPolicy } from './html/policy.ts';
export type { HtmlOptions } from './html/html.ts';
export { renderJson } from './json.ts';
export { renderMarkdown } from './markdown.ts';
export type * from './report.ts';
export { serviceReport } from './service-report.ts';
export { renderText, type TextOptions } from './text/text.ts';
