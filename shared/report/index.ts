export { buildReport, isOpen, summarise, type ReportInput } from './build.ts';
export { renderJson } from './json.ts';
export { renderMarkdown } from './markdown.ts';
export type * from './report.ts';
export { serviceReport } from './service-report.ts';
export { renderText, type TextOptions } from './text/text.ts';
