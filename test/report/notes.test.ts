import { describe, expect, test } from '@jest/globals';
import { render, type Report } from '../../shared/report/index.ts';
import { cluster, report } from './builders.ts';

const plain = report([cluster()]);
const noted: Report = {
  ...plain,
  run: { ...plain.run, notes: ['policy: policy.yaml:3:5: <b>bad</b> | rule'] },
};

describe('what people should know of the run as a whole', () => {
  test.each(['text', 'markdown', 'html', 'json'] as const)('stands in %s', (format) => {
    expect(render(noted, format)).toContain('policy.yaml:');
    expect(render(plain, format)).not.toContain('policy.yaml');
  });

  test('is text in HTML, and one line in Markdown', () => {
    expect(render(noted, 'html')).not.toContain('<b>bad');
    expect(render(noted, 'markdown')).not.toContain('<b>');
  });
});
