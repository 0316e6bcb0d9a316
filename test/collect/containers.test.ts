import { describe, expect, test } from '@jest/globals';
import { parseContainers } from '../../shared/collect/parse-containers.ts';
import { parseQuantity } from '../../shared/collect/quantity.ts';
import { Cursor, Problems } from '../../shared/input/index.ts';

describe('quantities', () => {
  test.each([
    ['1500m', 1.5],
    ['2', 2],
    ['0.5', 0.5],
    ['.5', 0.5],
    ['128Mi', 134_217_728],
    ['1e3', 1000],
    ['1E', 1e18],
    ['1k', 1000],
    ['-1', -1],
    [3, 3],
    ['1 Mi', undefined],
    ['many', undefined],
    ['', undefined],
    [null, undefined],
  ])('%p is %p', (text, expected) => {
    expect(parseQuantity(text)).toBe(expected);
  });
});

function asks(spec: object) {
  const cursor = new Cursor(spec, 'spec', { source: 'test', problems: new Problems() });
  return parseContainers(cursor);
}

const cpu = (requests: string, more: object = {}): object => ({
  resources: { requests: { cpu: requests } },
  ...more,
});

describe('what a pod asks for', () => {
  test.each([
    ['containers together', { containers: [cpu('1500m'), cpu('250m')] }, 1750],
    ['a limit alone', { containers: [{ resources: { limits: { cpu: '2' } } }] }, 2000],
    [
      'an init container that asks for more',
      { containers: [cpu('1')], initContainers: [cpu('3')] },
      3000,
    ],
    [
      'a sidecar runs beside the others',
      { containers: [cpu('1')], initContainers: [cpu('500m', { restartPolicy: 'Always' })] },
      1500,
    ],
    ['overhead of the runtime', { containers: [cpu('1')], overhead: { cpu: '100m' } }, 1100],
    ['the pod as a whole', { containers: [cpu('1')], resources: { requests: { cpu: '2' } } }, 2000],
    ['nothing', { containers: [{}] }, 0],
  ])('%s', (_, spec, milliCpu) => {
    expect(asks(spec).requests).toEqual({ milliCpu, memory: 0 });
  });

  test('a quantity that is none makes it unknown', () => {
    expect(asks({ containers: [cpu('lots')] }).requests).toBeUndefined();
  });
});

describe('ports', () => {
  test.each([
    ['declared', {}, undefined],
    ['of the host', { hostPort: 80 }, 80],
  ])('%s', (_, port, hostPort) => {
    const { ports } = asks({ containers: [{ ports: [{ containerPort: 8080, ...port }] }] });
    expect(ports).toEqual([
      {
        name: '',
        containerPort: 8080,
        ...(hostPort !== undefined && { hostPort }),
        hostIp: '',
        protocol: 'TCP',
      },
    ]);
  });

  test("on the network of the host every declared port is the host's", () => {
    const spec = { hostNetwork: true, containers: [{ ports: [{ containerPort: 8080 }] }] };
    expect(asks(spec).ports).toMatchObject([{ hostPort: 8080 }]);
  });
});
