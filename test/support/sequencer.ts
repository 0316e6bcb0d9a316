import sequencer from '@jest/test-sequencer';

/** Its types are those of its CommonJS form, where the class is the field `default`. */
const TestSequencer = sequencer as unknown as typeof sequencer.default;

/**
 * Files of ten seconds and more. Where nothing is known of earlier runs jest begins with the largest
 * files, and these, some of them small, would be what everybody waits for at the end.
 */
const longest: readonly string[] = [
  'functions/app',
  'service/engine/killed-worker',
  'history/storage-faults',
  'service/service',
  'service/engine/queue-run',
  'casefolder/archives',
  'cli/process',
  'cli/shell',
  'release/cli-package',
  'release/release',
  'browser/',
  'live/many',
  'live/hostile-lists',
  'history/storage',
  'service/no-false-resolved',
];

type Tests = Parameters<sequencer.default['sort']>[0];

export default class LongestFirst extends TestSequencer {
  override async sort(tests: Tests): Promise<Tests> {
    const rank = ({ path }: Tests[number]): number => {
      const at = longest.findIndex((name) => path.replaceAll('\\', '/').includes(`/test/${name}`));
      return at === -1 ? longest.length : at;
    };
    // oxlint-disable-next-line unicorn/no-array-sort -- the method of jest's class
    const sorted = await super.sort(tests);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
