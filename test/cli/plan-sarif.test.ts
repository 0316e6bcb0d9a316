import { expect, test } from '@jest/globals';
import { planSarif } from '../../shared/cli/plan/sarif.ts';
import { cluster } from '../builders/index.ts';
import { ownCase } from '../engine/case-file.ts';
import { planOf, readCase } from '../plan/read-case.ts';
import { readSarif } from '../report/sarif-check.ts';

const manifests = `apiVersion: v1
kind: ConfigMap
metadata: { name: before }
---
apiVersion: v1
kind: Service
metadata: { name: echo-service }
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  selector: { app: echo-deployment }
  ports: [{ port: 80, targetPort: 8080 }]
---
kind: Service
metadata: { name: without-version }
`;

test('findings stand at the object that brings them, problems at their line, rules under their title', async () => {
  const plan = await planOf(await readCase(ownCase('seed-2-basic-cluster')), { manifests });
  const { log, faults } = readSarif(planSarif(plan), /^app\.yaml$/u);
  expect(faults).toEqual([]);
  const [run] = log.runs;
  expect(run?.automationDetails.id).toMatch(/^evenkeel-plan\/aks-app-[0-9a-f]{8}\/$/u);
  const starved = run?.results.find(({ ruleId }) => ruleId === 'traffic/starved-endpoints');
  expect(starved?.locations).toMatchObject([{ physicalLocation: { region: { startLine: 5 } } }]);
  expect(run?.tool.driver.rules[starved?.ruleIndex ?? -1]).toMatchObject({
    id: 'traffic/starved-endpoints',
    shortDescription: { text: 'Some ready pods of a Service receive no traffic' },
  });
  expect(run?.invocations[0]?.toolExecutionNotifications).toContainEqual({
    level: 'warning',
    message: { text: expect.stringContaining('it has no apiVersion') },
    locations: [
      expect.objectContaining({
        physicalLocation: expect.objectContaining({ region: { startLine: 14 } }),
      }),
    ],
  });
});

test('traffic that is not known is a notification, and the plan no success', async () => {
  const plan = await planOf(
    { snapshot: cluster() },
    {
      manifests:
        'apiVersion: v1\nkind: Pod\nmetadata: { name: x, namespace: shop, labels: { app: web } }\n',
    },
  );
  const { log, faults } = readSarif(planSarif(plan), /^app\.yaml$/u);
  expect(faults).toEqual([]);
  expect(log.runs[0]).toMatchObject({
    results: [],
    invocations: [
      {
        executionSuccessful: false,
        toolExecutionNotifications: [
          { message: { text: expect.stringMatching(/^Unknown: shop\/web 80\/TCP: unknown: /u) } },
        ],
      },
    ],
  });
});
