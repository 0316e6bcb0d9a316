import { rulePage } from '../audit/own-files.ts';
import { nearest } from '../model/index.ts';
import { allRules } from '../rules/index.ts';
import { ToolError } from './source.ts';
import { defineTool } from './tool.ts';
import { nameInput, severity, text } from './untrusted.ts';

const input = { rule: nameInput.describe('A rule such as traffic/starved-endpoints') };

/** Pages are shorter; this bounds an answer whatever is written some day. */
const longestPage = 7_500;

export const explainRule = defineTool({
  name: 'explain_rule',
  title: 'Explain a rule',
  description:
    "What a rule of the audit finds, why it matters, and how to fix it: the rule's own page.",
  input,
  output: { rule: text, title: text, severity, page: text },
  run(_, { rule }) {
    const wanted = rule.toLowerCase();
    const found = allRules.find(({ meta }) => meta.id === wanted);
    if (found === undefined) {
      const near = nearest(
        wanted,
        allRules.map(({ meta }) => meta.id),
      );
      throw new ToolError(`unknown rule${near === undefined ? '' : `; did you mean ${near}?`}`);
    }
    const { id, title, severity: of } = found.meta;
    const page = rulePage(id);
    return Promise.resolve({
      rule: id,
      title,
      severity: of,
      page: page.length > longestPage ? `${page.slice(0, longestPage)}…` : page,
    });
  },
});
