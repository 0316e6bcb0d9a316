import { jsonPieces } from '../../shared/report/json.ts';
import type { Report } from '../../shared/report/report.ts';
import { textPieces, type TextOptions } from '../../shared/report/text/text.ts';

export function renderJson(report: Report): string {
  return [...jsonPieces(report)].join('');
}

export function renderText(report: Report, options: TextOptions): string {
  return [...textPieces(report, options)].join('');
}
