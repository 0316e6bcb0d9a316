export { counted, percent, percentNumber } from '../model/index.ts';
export { isOpen } from '../findings/index.ts';
export { buildReport } from './build.ts';
export {
  contentTypeOf,
  extensionOf,
  formatOfFile,
  formats,
  isFormat,
  mediaTypesOf,
  render,
  renderPieces,
  type Format,
} from './formats.ts';
export { filterReport, type ReportFilter } from './filter.ts';
export { openFindings } from './fleet-findings.ts';
export {
  renderNoFinding,
  renderNoRun,
  renderNotInRun,
  type FindingSearch,
  type RunLink,
} from './html/not-found-pages.ts';
export { pageDataOf } from './html/html.ts';
export type { PageScope } from './html/context.ts';
export { htmlPolicy } from './html/policy.ts';
export { renderNoRule, renderRulePage } from './html/rule-page.ts';
export type * from './report.ts';
export { secureUrl } from './rule-link.ts';
export { isReport, parseReport } from './shapes.ts';
export { clean } from './clean.ts';
export { escapeObeyed } from './json.ts';
export { levels as sarifLevels, messageText, sarifLog } from './sarif.ts';
export { painter, severityColours, type Paint } from './text/paint.ts';
export { isTableRule, markdownCells, markdownTable, markdownText } from './markdown-text.ts';
export { sharesList } from './ports.ts';
export { verdictWords } from './words.ts';
export { migrationJson } from './migration/json.ts';
export { migrationMarkdown } from './migration/markdown.ts';
export { migrationText } from './migration/text.ts';
