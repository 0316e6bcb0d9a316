import { beforeEach, expect } from '@jest/globals';

// A test that asserts nothing, as in a loop over an empty list, cannot fail: it fails here.
beforeEach(() => {
  expect.hasAssertions();
});
