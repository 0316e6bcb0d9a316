export { formatOfAccept } from './accept.ts';
export { buildReport, isOpen } from './build.ts';
export {
  contentTypeOf,
  fileNameOf,
  formatOfFile,
  formats,
  isFormat,
  render,
  type Format,
} from './formats.ts';
export { filterReport, type ReportFilter } from './filter.ts';
export type { PageQuestion } from './html/question.ts';
export { htmlPolicy } from './html/policy.ts';
export { renderNoRule, renderRulePage, type RuleText } from './html/rule-page.ts';
export { renderJson } from './json.ts';
export { renderMarkdown } from './markdown.ts';
export type * from './report.ts';
export { isClusterReport, isReport } from './shapes.ts';
export { renderText } from './text/text.ts';
export { rulePath, ruleUrl } from './rule-link.ts';
export { clean } from './clean.ts';
export { escapeObeyed } from './json.ts';
export { markdownText } from './markdown-text.ts';
export { sharesList } from './ports.ts';
export { percent, percentNumber, verdictWords } from './words.ts';
export { migrationMarkdown } from './migration/markdown.ts';
export { migrationText } from './migration/text.ts';
