import { expect, test } from '@jest/globals';
import { readRecord } from '../../shared/casefolder/save-record.ts';

test.each([
  { asked: 'status.phase=Pending,spec.nodeName=', found: true },
  { asked: 'status.phase=Pending', found: true },
  { asked: 'status.phase=Running,spec.nodeName=', found: false },
  { asked: 'spec.nodeName=', found: false },
])('a list saved with status.phase=Pending holds that of $asked: $found', ({ asked, found }) => {
  const record = readRecord({
    queries: [
      { path: '/api/v1/pods', query: 'fieldSelector=status.phase=Pending', unread: 'denied' },
    ],
    unread: {},
    access: { kind: 'open' },
  });
  const query = new URLSearchParams({ fieldSelector: asked });
  expect(record?.asked('/api/v1/pods', query)).toBe(found);
  expect(record?.unread('/api/v1/pods', query)).toBe(found ? 'denied' : undefined);
});
