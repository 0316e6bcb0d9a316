import { describe, expect, test } from '@jest/globals';
import { faultLine, parsePolicy } from '../../shared/policy/index.ts';
import { ruleIds } from './builders.ts';

/** Each bad file with every fault that it has: `line:column message`. */
const files: readonly {
  readonly name: string;
  readonly text: string;
  readonly faults: readonly string[];
}[] = [
  {
    name: 'an empty file',
    text: '',
    faults: ['1:1: the file is empty; a policy must start with "version: 1"'],
  },
  {
    name: 'nothing but comments',
    text: '# later\n',
    faults: ['1:1: the file is empty; a policy must start with "version: 1"'],
  },
  {
    name: 'a list',
    text: '- version: 1\n',
    faults: ['1:1: is a list, not a map of keys and values'],
  },
  {
    name: 'no version',
    text: 'rules: []\n',
    faults: ['1:1: needs "version"'],
  },
  {
    name: 'a version of the future',
    text: 'version: 2\n',
    faults: ['1:10: version: 2: unsupported format version; this build supports version 1'],
  },
  {
    name: 'a key without a value, as a half-written file ends',
    text: 'version: 1\nexemptions:\n',
    faults: ['2:1: exemptions: has no value; set one or remove the key'],
  },
  {
    name: 'a misspelt section',
    text: 'version: 1\nexemption:\n  - rule: traffic/no-traffic\n',
    faults: ['2:1: unknown key "exemption"; did you mean "exemptions"?'],
  },
  {
    name: 'a misspelt rule',
    text: 'version: 1\nrules:\n  - rule: traffic/starved-endpoint\n    severity: low\n',
    faults: [
      '3:11: rules[0].rule: unknown rule "traffic/starved-endpoint"; did you mean "traffic/starved-endpoints"?',
    ],
  },
  {
    name: 'a pattern that fits no rule',
    text: 'version: 1\nrules:\n  - rule: networks/*\n    off: true\n',
    faults: ['3:11: rules[0].rule: unknown rule "networks/*"'],
  },
  {
    name: 'several faults in one entry, and more after it',
    text: [
      'version: 1',
      'rules:',
      '  - rule: traffic/*',
      '    severity: severe',
      '    scop: { cluster: a }',
      '    off: yes',
      '  - rule: traffic/no-traffic',
      '    severity: hihg',
      '',
    ].join('\n'),
    faults: [
      '4:15: rules[0].severity: "severe" is not one of critical, high, medium, low, info',
      '5:5: rules[0]: unknown key "scop"; did you mean "scope"?',
      '6:10: rules[0].off: "yes" is a string, not true or false',
      '8:15: rules[1].severity: "hihg" is not one of critical, high, medium, low, info; did you mean "high"?',
    ],
  },
  {
    name: 'an entry that changes nothing',
    text: 'version: 1\nrules:\n  - rule: traffic/no-traffic\n    scope: { cluster: a }\n',
    faults: ['3:5: rules[0]: changes nothing: needs "off", "severity" or "thresholds"'],
  },
  {
    name: 'off and a severity',
    text: 'version: 1\nrules:\n  - { rule: traffic/no-traffic, off: true, severity: low }\n',
    faults: ['3:54: rules[0].severity: "low": a rule that is off cannot have a severity'],
  },
  {
    name: "another rule's limit, and a limit out of bounds",
    text: 'version: 1\nrules:\n  - rule: traffic/lost-connections\n    thresholds:\n      lostCritical: 10\n      unevenHighRatio: 4\n',
    faults: [
      '5:21: rules[0].thresholds.lostCritical: 10 is too large; at most 1',
      '6:24: rules[0].thresholds.unevenHighRatio: belongs to traffic/uneven-share, not to the rule of this entry',
    ],
  },
  {
    name: 'medium above high',
    text: 'version: 1\nrules:\n  - rule: traffic/uneven-share\n    thresholds: { unevenMediumRatio: 5, unevenHighRatio: 3 }\n',
    faults: ['4:17: rules[0].thresholds: unevenMediumRatio is above unevenHighRatio'],
  },
  {
    name: 'an exemption without owner, with an empty reason, until a day that does not exist',
    text: 'version: 1\nexemptions:\n  - rule: traffic/no-traffic\n    subject: shop/web\n    reason: " "\n    expires: 2027-02-30\n',
    faults: [
      '3:5: exemptions[0]: needs "owner"',
      '5:13: exemptions[0].reason: the text is empty',
      '6:14: exemptions[0].expires: "2027-02-30": not a valid date (YYYY-MM-DD)',
    ],
  },
  {
    name: 'an exemption for everything',
    text: 'version: 1\nexemptions:\n  - { rule: traffic/*, scope: {}, reason: no, owner: me, expires: 2027-01-31 }\n',
    faults: [
      '3:5: exemptions[0]: needs a "scope" or a "subject"; to silence a rule everywhere, set it "off" under "rules"',
    ],
  },
  {
    name: 'scopes of the wrong shape',
    text: 'version: 1\nscan:\n  include:\n    - subscription: 42\n      namespace: shop\n    - tag: [env]\n    - cluster: []\n',
    faults: [
      '4:21: scan.include[0].subscription: 42 must be a string or a list of strings; put it in quotes',
      '5:7: scan.include[0]: unknown key "namespace"; keys are subscription, cluster, tag',
      '6:12: scan.include[1].tag: is a list, not a map of names and values',
      '7:16: scan.include[2].cluster: the list is empty',
    ],
  },
  {
    name: 'Services without a namespace, taints that are none, a namespace that is none',
    text: "version: 1\nsourceIp: [{ services: [web] }]\nplannedTaints:\n  - { nodePool: system, taint: 'a=b:NoSchedul' }\nsystemNamespaces: [Monitoring]\n",
    faults: [
      '2:25: sourceIp[0].services[0]: "web": must be namespace/name',
      '4:32: plannedTaints[0].taint: "a=b:NoSchedul": not a valid taint (key=value:NoSchedule, PreferNoSchedule or NoExecute)',
      '5:20: systemNamespaces[0]: "Monitoring": not a valid namespace name',
    ],
  },
  {
    name: 'channels and mentions by name',
    text: "version: 1\nowners:\n  Shop: { channel: '#shop', mention: '@shop' }\nslack: { fallback: general }\n",
    faults: [
      '3:3: owners: "Shop": an owner is 1 to 40 of a-z, 0-9 and -',
      '3:20: owners.Shop.channel: "#shop": use the channel ID (C0123456789), not its name',
      '3:38: owners.Shop.mention: "@shop": a mention must be a user ID (U…) or group ID (S…)',
      '4:20: slack.fallback: "general": use the channel ID (C0123456789), not its name',
    ],
  },
  {
    name: 'routes that share a name, name no owner, and leave something unmatched',
    text: [
      'version: 1',
      'owners: { shop: { channel: C0SHOPTEAM1 } }',
      'slack:',
      '  routes:',
      '    - { name: a, match: { owner: [shp] }, to: owner }',
      '    - { name: a, match: { severity: [critical] }, to: C0SHOPTEAM1 }',
      '',
    ].join('\n'),
    faults: [
      '5:5: slack.routes: the last route must match everything (no "match")',
      '5:35: slack.routes[0].match.owner[0]: "shp" is not among owners; did you mean "shop"?',
      '6:15: slack.routes[1].name: route name "a" is used twice',
    ],
  },
  {
    name: 'quiet hours without an end, in no time zone, at no time',
    text: "version: 1\nslack: { quietHours: { zone: Berlin, from: '25:00' } }\n",
    faults: [
      '2:22: slack.quietHours: needs "from" and "to" together',
      '2:30: slack.quietHours.zone: "Berlin": not an IANA time zone (for example Europe/Berlin or UTC)',
      `2:44: slack.quietHours.from: "25:00": must be a time of day such as "07:30"`,
    ],
  },
  {
    name: 'a key that stands twice',
    text: 'version: 1\nrules: []\nrules: []\n',
    faults: ['3:1: duplicate key'],
  },
  {
    name: 'a tag that could make an object',
    text: 'version: 1\nsystemNamespaces: !!js/function [a]\n',
    faults: [
      '2:19: Unresolved tag: tag:yaml.org,2002:js/function; tags are not allowed in a policy',
    ],
  },
  {
    name: 'an alias for nothing',
    text: 'version: 1\nsystemNamespaces: [a, *b]\n',
    faults: ['2:23: *b refers to an anchor that is not defined before it'],
  },
  {
    name: 'a merge key, which YAML 1.2 does not have',
    text: 'version: 1\nscan: &s { exclude: [] }\nslack:\n  <<: *s\n',
    faults: [
      '4:3: slack: unknown key "<<"; keys are fallback, minSeverity, criticals, quietHours, weekly, routes',
    ],
  },
  {
    name: 'brackets that do not close',
    text: 'version: 1\nrules: [\n',
    faults: [
      '3:1: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  },
  {
    name: 'tabs',
    text: 'version: 1\nexemptions:\n\t- rule: x\n',
    faults: ['3:1: Tabs are not allowed as indentation'],
  },
  {
    name: 'two documents',
    text: 'version: 1\n---\nversion: 1\n',
    faults: ['2:1: a second document starts here; a policy has exactly one document'],
  },
  {
    name: 'names that every object knows',
    text: 'version: 1\n__proto__: { rules: [] }\nconstructor: 1\nowners: { toString: {} }\n',
    faults: [
      '2:1: unknown key "__proto__"; keys are $schema, version, scan, rules, exemptions, sourceIp, systemNamespaces, plannedTaints, attribution, ownerLabel, ownerTag, owners, slack',
      '3:1: unknown key "constructor"; keys are $schema, version, scan, rules, exemptions, sourceIp, systemNamespaces, plannedTaints, attribution, ownerLabel, ownerTag, owners, slack',
      '4:11: owners: "toString": an owner is 1 to 40 of a-z, 0-9 and -',
    ],
  },
];

describe('a bad policy file', () => {
  test.each(files)('$name', ({ text, faults }) => {
    const parsed = parsePolicy(text, ruleIds);
    expect(
      parsed.kind === 'faults' &&
        parsed.faults.map(({ line, column, message }) => `${line}:${column}: ${message}`),
    ).toEqual(faults);
  });

  test('says file, line and column', () => {
    expect(faultLine('a.yaml', { line: 3, column: 7, message: 'wrong' })).toBe('a.yaml:3:7: wrong');
  });
});

function faultsOf(text: string): readonly string[] {
  const parsed = parsePolicy(text, ruleIds);
  return parsed.kind === 'policy' ? [] : parsed.faults.map((fault) => fault.message);
}

describe('a policy file that is an attack', () => {
  test('over 1 MB is not even parsed', () => {
    expect(faultsOf(`version: 1\n# ${'x'.repeat(1024 * 1024)}`)).toEqual([
      'the file has 1048589 bytes, more than 1048576',
    ]);
  });

  test('more keys than people write are not parsed either', () => {
    const keys = Array.from({ length: 80_000 }, (_, at) => `a${at}: 1`);
    expect(faultsOf(`version: 1\nowners: {${keys.join(',')}}`)).toEqual([
      'the file has more than 150000 keys and values',
    ]);
  });

  test('of thousands of keys one that stands twice is found', () => {
    const keys = Array.from({ length: 8_000 }, (_, at) => `a${at}: {}`);
    const parsed = parsePolicy(
      `version: 1\nowners:\n  ${[...keys, 'a7: {}'].join('\n  ')}\n`,
      ruleIds,
    );
    expect(parsed).toEqual({
      kind: 'faults',
      faults: [{ line: 8_003, column: 3, message: 'duplicate key' }],
    });
  });

  test('thousands of wrong keys are told by the first of them', () => {
    const keys = Array.from({ length: 8_000 }, (_, at) => `Key${at}: {}`).join('\n');
    const indented = keys.replaceAll('\n', '\n  ');
    expect(faultsOf(`version: 1\n${keys}\nowners:\n  Extra: {}\n`)).toHaveLength(101);
    expect(faultsOf(`version: 1\nowners:\n  ${indented}\n`)).toHaveLength(101);
  });

  test('more aliases than people write are refused', () => {
    const text = `version: 1\nsystemNamespaces: [&a x${', *a'.repeat(10_000)}]`;
    expect(faultsOf(text)).toEqual(['more than 100 aliases']);
  });

  test('aliases that multiply are refused', () => {
    const lines = ['version: 1', 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let n = 1; n < 9; n++)
      lines.push(`a${n}: &a${n} [${Array.from({ length: 10 }, () => `*a${n - 1}`).join(', ')}]`);
    expect(faultsOf(lines.join('\n'))).toEqual([
      'aliases expand to more than 100 values, or to themselves',
    ]);
  });

  test.each([21, 100, 1000, 3000, 50_000])('%d levels are too deep', (levels) => {
    expect(faultsOf(`version: 1\nrules: ${'['.repeat(levels)}`)).toEqual(['nested too deeply']);
    const closed = `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(faultsOf(`version: 1\nrules: ${closed}`)).toEqual(['nested too deeply']);
  });

  test('thousands of faults are a hundred lines, and say so', () => {
    const entries = Array.from({ length: 900 }, () => '  - { rule: none, severity: none, off: 7 }');
    const faults = faultsOf(['version: 1', 'rules:', ...entries].join('\n'));
    expect(faults).toHaveLength(101);
    expect(faults.at(-1)).toBe('and 900 more errors');
  });
});
