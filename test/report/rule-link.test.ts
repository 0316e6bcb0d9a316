import { describe, expect, test } from '@jest/globals';
import { render } from '../../shared/report/index.ts';
import { ruleUrl } from '../../shared/report/rule-link.ts';
import { cluster, finding, report } from './builders.ts';
import { articleReport } from './samples.ts';
import { readSarif } from './sarif-check.ts';

const page = 'https://evenkeel.example/api/rules/traffic/starved-endpoints';
const reportUrl = 'https://evenkeel.example/api/report';

describe('the address of a rule', () => {
  test.each([
    { base: reportUrl, url: page },
    { base: `${reportUrl}/?code=secret#x`, url: page },
    { base: 'https://user:secret@evenkeel.example/api/report', url: page },
    {
      base: 'http://localhost:7071/api/report',
      url: 'http://localhost:7071/api/rules/traffic/starved-endpoints',
    },
    { base: 'https://portal.example/evenkeel', url: undefined },
    { base: 'http://evenkeel.example/api/report', url: undefined },
    { base: 'javascript:alert(1)/report', url: undefined },
    { base: '', url: undefined },
    { base: undefined, url: undefined },
  ])('of a report at $base -> $url', ({ base, url }) => {
    expect(ruleUrl(base, 'traffic/starved-endpoints')).toBe(url);
  });

  test.each(['traffic', 'traffic/', '../x', 'a/b/c', 'a/b?c', 'A/b', 'a/b)](x', ''])(
    'there is none for %j, which is no rule',
    (rule) => expect(ruleUrl(reportUrl, rule)).toBeUndefined(),
  );
});

describe('formats lead to the page of a rule where its address is known', () => {
  test('SARIF by helpUri, and is valid', () => {
    const { faults } = readSarif(render(articleReport, 'sarif', { reportUrl }));
    expect(faults).toEqual([]);
    expect(render(articleReport, 'sarif', { reportUrl })).toContain(`"helpUri": "${page}"`);
    expect(render(articleReport, 'sarif')).not.toContain('helpUri');
  });

  test('Markdown by a link', () => {
    expect(render(articleReport, 'markdown', { reportUrl })).toContain(
      `[traffic/starved-endpoints](${page})`,
    );
    expect(render(articleReport, 'markdown')).not.toContain('https://');
  });

  test('a page that is served by a link beside it, a saved one by the address', () => {
    const served = { html: { served: true }, reportUrl };
    expect(render(articleReport, 'html', served)).toContain(
      'href="rules/traffic/starved-endpoints"',
    );
    expect(render(articleReport, 'html', { reportUrl })).toContain(`href="${page}"`);
    expect(render(articleReport, 'html')).not.toContain('rules/traffic/starved-endpoints"');
  });

  test('a rule that is none stays text', () => {
    const hostile = report([cluster({ findings: [finding({ rule: '../../x" onclick=1' })] })]);
    for (const format of ['html', 'markdown', 'sarif'] as const)
      expect(render(hostile, format, { html: { served: true }, reportUrl })).not.toMatch(
        /(?:href="|\]\(|helpUri": ")[^"]*(?:rules\/|\.\.\/)/u,
      );
  });
});
