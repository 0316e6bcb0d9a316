import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { compiled, templates } from '../../scripts/infra.ts';
import { interactionNames } from '../../shared/service/interaction-settings.ts';
import { shape } from '../../shared/service/settings-shape.ts';
import { readSettings } from '../../shared/service/settings.ts';
import { faultIn } from './expressions.ts';
import { schemaFaults, schemas } from './schemas.ts';
import { nested, readTemplate, resourcesOf, root, textsIn, type Resource } from './templates.ts';

/** What is looked at of an object of Kubernetes that gives rights. */
interface KubernetesRole {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string };
  readonly rules?: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly resourceNames?: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

const main = readTemplate('main');
const group = readTemplate('management-group');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

describe('the templates', () => {
  test.each(templates)('%s.json is what its Bicep says; if not: npm run infra', (name) => {
    expect(readTemplate(name)).toEqual(compiled(name));
  });

  test('every expression can be read, and names only what its template has', () => {
    const faults = [main, group].flatMap(nested).flatMap((template) => {
      const names = {
        parameters: new Set(Object.keys(template.parameters ?? {})),
        variables: new Set(Object.keys(template.variables ?? {})),
      };
      return textsIn(template)
        .filter(([, text]) => text.startsWith('[') && !text.startsWith('[['))
        .flatMap(([at, text]) => {
          const fault = faultIn(text.slice(1, -1), names);
          return fault === undefined ? [] : [`${at}: ${fault}`];
        });
    });
    expect(faults).toEqual([]);
  });

  test('a nested template gets the parameters that it asks for, and no others', () => {
    for (const { resources } of nested(main))
      for (const { type, name, properties } of resources) {
        if (type !== 'Microsoft.Resources/deployments') continue;
        const given = Object.keys(properties?.['parameters'] ?? {});
        const inner = properties?.['template'] as typeof main;
        const asked = Object.entries(inner.parameters ?? {});
        const needed = asked.filter(([, each]) => !('defaultValue' in each)).map(([each]) => each);
        expect({ name, given }).toEqual({ name, given: expect.arrayContaining(needed) });
        expect(asked.map(([each]) => each)).toEqual(expect.arrayContaining(given));
      }
  });

  test.each([
    { text: "format('{0}-{1}', parameters('a'), variables('b')[copyIndex()].c)", fault: undefined },
    { text: "format('{0}-{1}', parameters('a'))", fault: 'format has 2 holes and 1 values' },
    { text: "parameters('c')", fault: 'no parameter c' },
    { text: "if(equals(parameters('a'), 'x'), 1)", fault: 'if takes three, not 2' },
    { text: "listKeys('x')", fault: "no function at listKeys('x')" },
    { text: "toLower('it''s'", fault: 'no , at ' },
  ])('the reader of expressions: $text', ({ text, fault }) => {
    expect(faultIn(text, { parameters: new Set(['a']), variables: new Set(['b']) })).toBe(fault);
  });
});

const withSchemas = existsSync(schemas) ? describe : describe.skip;
withSchemas(`every resource against Azure's published schemas (${schemas})`, () => {
  // Of resource groups there is none.
  const all = [...resourcesOf(main), ...resourcesOf(group)].filter(
    ({ type }) => type !== 'Microsoft.Resources/resourceGroups',
  );

  test.each(all.map((resource) => [`${resource.type} ${resource.name}`, resource] as const))(
    '%s',
    (_name, resource) => {
      expect(schemaFaults(resource)).toEqual([]);
    },
  );

  test('the check sees what is wrong', () => {
    const site = one('Microsoft.Web/sites');
    const { siteConfig, ...properties } = site.properties ?? {};
    expect(siteConfig).toBeDefined();
    expect(schemaFaults({ ...site, properties: { ...properties, httpsOnly: 'yes' } })).not.toEqual(
      [],
    );
    expect(schemaFaults({ ...site, apiVersion: '1999-01-01' })).not.toEqual([]);
    const storage = one('Microsoft.Storage/storageAccounts');
    expect(
      schemaFaults({ ...storage, properties: { ...storage.properties, allowSharedKeys: false } }),
    ).not.toEqual([]);
  });
});

function one(type: string): Resource {
  const found = resourcesOf(main).filter((each) => each.type === type);
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} of ${type}`);
  return only;
}

describe('what the app stands on', () => {
  test('storage has no shared keys, no public blobs, TLS 1.2, and is closed where there is a network', () => {
    expect(one('Microsoft.Storage/storageAccounts').properties).toMatchObject({
      allowSharedKeyAccess: false,
      allowBlobPublicAccess: false,
      minimumTlsVersion: 'TLS1_2',
      supportsHttpsTrafficOnly: true,
      publicNetworkAccess: "[if(variables('hasNetwork'), 'Disabled', 'Enabled')]",
      networkAcls: { defaultAction: "[if(variables('hasNetwork'), 'Deny', 'Allow')]" },
    });
    const texts = [main, group].flatMap(nested).flatMap((each) => textsIn(each));
    expect(
      texts.filter(
        ([, text]) => /listKeys|AccountKey|sharedKey/iu.test(text) && !text.startsWith('allow'),
      ),
    ).toEqual([]);
  });

  test('the site: Flex Consumption, an identity of its own, https, no passwords', () => {
    expect(one('Microsoft.Web/serverfarms')).toMatchObject({
      sku: { name: 'FC1', tier: 'FlexConsumption' },
      properties: { reserved: true },
    });
    const site = one('Microsoft.Web/sites');
    expect(site).toMatchObject({
      kind: 'functionapp,linux',
      identity: { type: 'UserAssigned' },
      properties: {
        httpsOnly: true,
        siteConfig: { minTlsVersion: '1.2', ftpsState: 'Disabled' },
        functionAppConfig: {
          deployment: {
            storage: { type: 'blobContainer', authentication: { type: 'UserAssignedIdentity' } },
          },
          runtime: { name: 'node', version: "[parameters('nodeVersion')]" },
          scaleAndConcurrency: {
            maximumInstanceCount: "[parameters('maximumInstanceCount')]",
            alwaysReady:
              "[if(variables('hasButtons'), createArray(createObject('name', 'http', 'instanceCount', 1)), createArray())]",
          },
        },
      },
    });
    expect(site['tags']).toContain("'azd-service-name', 'api'");
    const policies = resourcesOf(main).filter(({ type }) =>
      type.endsWith('PublishingCredentialsPolicies'),
    );
    expect(policies.map(({ properties }) => properties)).toEqual([
      { allow: false },
      { allow: false },
    ]);
    expect(main.parameters?.['nodeVersion']).toMatchObject({ allowedValues: ['22', '24'] });
  });

  test('a new network has a subnet that is delegated to Flex Consumption, and closes the private endpoints in', () => {
    const { subnets } = one('Microsoft.Network/virtualNetworks').properties as {
      subnets: { name: string; properties: Record<string, unknown> }[];
    };
    expect(subnets.find(({ name }) => name === 'app')?.properties).toMatchObject({
      delegations: [{ properties: { serviceName: 'Microsoft.App/environments' } }],
    });
    const endpoints = resourcesOf(main).filter(
      ({ type }) => type === 'Microsoft.Network/privateEndpoints',
    );
    expect(endpoints).toHaveLength(2);
  });

  test('people sign in; health and Slack need not', () => {
    const [signIn] = resourcesOf(main).filter(({ name }) => name.includes("'authsettingsV2'"));
    expect(signIn).toMatchObject({
      condition: "[variables('hasSignIn')]",
      properties: {
        globalValidation: {
          requireAuthentication: true,
          unauthenticatedClientAction: 'RedirectToLoginPage',
          excludedPaths: ['/api/health', '/api/slack/interactions'],
        },
      },
    });
    const roles = JSON.parse(read('infra/app-roles.json')) as { value: string }[];
    expect(roles.map(({ value }) => value)).toEqual(['Report.Read', 'Audit.Run']);
  });

  test('no secret is an output, and every secret parameter is secure', () => {
    for (const template of nested(main)) {
      const secure = Object.entries(template.parameters ?? {})
        .filter(([, { type }]) => type === 'securestring')
        .map(([name]) => name);
      const secrets = Object.keys(template.parameters ?? {}).filter((name) =>
        /^slack(?:BotToken|SigningSecret)$/u.test(name),
      );
      expect(secure).toEqual(secrets);
      expect(JSON.stringify(template.outputs ?? {})).not.toMatch(/secret|botToken/iu);
    }
  });
});

function settings(): Readonly<Record<string, string>> {
  const [found] = resourcesOf(main).filter(({ name }) => name.includes("'appsettings'"));
  return found?.properties as Record<string, string>;
}

describe('settings', () => {
  /** Those of the platform, which the app does not read itself. */
  const platform = [
    'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
    'APPLICATIONINSIGHTS_CONNECTION_STRING',
    'AZURE_CLIENT_ID',
    'AzureWebJobsStorage__blobServiceUri',
    'AzureWebJobsStorage__clientId',
    'AzureWebJobsStorage__credential',
    'AzureWebJobsStorage__queueServiceUri',
    'AzureWebJobsStorage__tableServiceUri',
    'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID',
  ];

  test('are those that the code reads, all of them', () => {
    const own = [...Object.keys(shape.shape), ...interactionNames];
    // Read where the functions are registered, before any other setting.
    const all = new Set([...own, 'EVENKEEL_MCP', ...platform]);
    expect(Object.keys(settings()).toSorted()).toEqual([...all].toSorted());
  });

  test('with the defaults of the template the app starts', () => {
    const account = 'https://stevk.blob.core.windows.net/';
    const values: Record<string, string> = {
      AzureWebJobsStorage__blobServiceUri: account,
      AzureWebJobsStorage__queueServiceUri: account,
      AzureWebJobsStorage__tableServiceUri: account,
      EVENKEEL_SCHEDULE: String(main.parameters?.['schedule']?.['defaultValue']),
      EVENKEEL_SUBSCRIPTIONS: '00000000-0000-0000-0000-0000000000a1',
      EVENKEEL_REPORT_URL: 'https://a.azurewebsites.net/api/report',
      EVENKEEL_CLOUD: 'AzurePublic',
      EVENKEEL_ALLOW_PRIVATE_CLUSTERS: 'false',
      EVENKEEL_ENGINE: settings()['EVENKEEL_ENGINE'] ?? '',
    };
    const empty = Object.fromEntries(Object.keys(settings()).map((name) => [name, '']));
    expect(readSettings({ ...empty, ...values })).toMatchObject({
      engine: 'queue',
      slack: {},
      storage: { kind: 'identity', blobUri: 'https://stevk.blob.core.windows.net' },
    });
  });

  test('secrets stand in Key Vault only', () => {
    for (const name of ['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET'])
      expect(settings()[name]).toContain('@Microsoft.KeyVault(SecretUri=');
  });
});

/** Ids of built-in roles, by the names that people know. */
const builtIn: Readonly<Record<string, string>> = {
  'acdd72a7-3385-48ef-bd42-f606fba81ae7': 'Reader',
  '4abbcc35-e782-43d8-92c5-2d3f1bd2253f': 'Azure Kubernetes Service Cluster User Role',
  '7f6c6a51-bcf8-42ba-9220-52d62157d7db': 'Azure Kubernetes Service RBAC Reader',
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88': 'Storage Queue Data Contributor',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
  '4633458b-17de-408a-b874-0445c86b69e6': 'Key Vault Secrets User',
};

/** Every GUID in a template: those of built-in roles. */
function ids(template: unknown): readonly string[] {
  const guid = /[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/gu;
  return [...new Set(JSON.stringify(template).match(guid) ?? [])].toSorted();
}

describe('rights', () => {
  test('the roles of the template are those of the table in the README, each by its id', () => {
    expect(ids(main)).toEqual(Object.keys(builtIn).toSorted());
    const table =
      read('README.md')
        .split('\n## ')
        .find((part) => part.startsWith('Rights')) ?? '';
    for (const name of [
      ...Object.values(builtIn),
      'Evenkeel Cluster Reader',
      'Evenkeel Health Reader',
    ])
      expect(table).toContain(name);
  });

  test('no role may write, and none may read Secrets', () => {
    for (const file of ['cluster-reader', 'health-reader']) {
      const role = JSON.parse(read(`infra/${file}.role.json`)) as {
        Actions: string[];
        DataActions: string[];
      };
      const all = [...role.Actions, ...role.DataActions];
      expect(all.length).toBeGreaterThan(0);
      expect(all.filter((action) => !/\/read$|\/health\/action$/u.test(action))).toEqual([]);
      expect(all.filter((action) => /secret|\*/iu.test(action))).toEqual([]);
    }
  });

  test('within a cluster all is listed, and one ConfigMap read by its name', () => {
    const documents = parseAllDocuments(read('infra/cluster-reader.clusterrole.yaml')).map(
      (each) => each.toJS() as KubernetesRole,
    );
    const [whole, ...others] = documents.filter(({ kind }) => kind === 'ClusterRole');
    expect(others).toEqual([]);
    expect(whole?.rules?.length).toBeGreaterThan(0);
    for (const rule of whole?.rules ?? []) {
      expect(rule.verbs).toEqual(['list']);
      expect([...rule.apiGroups, ...rule.resources].join(' ')).not.toMatch(
        /\*|secrets|configmaps/u,
      );
    }
    const roles = documents.filter(({ kind }) => kind === 'Role');
    expect(roles.map(({ metadata, rules }) => [metadata.namespace, rules])).toEqual([
      [
        'kube-system',
        [
          {
            apiGroups: [''],
            resources: ['configmaps'],
            resourceNames: ['cilium-config'],
            verbs: ['get'],
          },
        ],
      ],
    ]);
    expect(documents.map(({ kind }) => kind).toSorted()).toEqual([
      'ClusterRole',
      'ClusterRoleBinding',
      'Role',
      'RoleBinding',
    ]);
  });

  test('custom roles are those of the role files, at the subscription', () => {
    const definitions = resourcesOf(main).filter(({ type }) => type.endsWith('roleDefinitions'));
    expect(definitions.map(({ properties }) => properties?.['assignableScopes'])).toEqual([
      ['[subscription().id]'],
      ['[subscription().id]'],
    ]);
    const [rights] = nested(main).filter(
      ({ variables }) => 'clusterReaderRole' in (variables ?? {}),
    );
    expect(rights?.variables?.['clusterReaderRole']).toEqual(
      JSON.parse(read('infra/cluster-reader.role.json')),
    );
    expect(rights?.variables?.['healthReaderRole']).toEqual(
      JSON.parse(read('infra/health-reader.role.json')),
    );
  });

  test('at a management group: the same built-in roles and the health action, no data actions', () => {
    expect(ids(group)).toEqual(
      Object.entries(builtIn)
        .filter(([, name]) => /^(?:Reader|Azure Kubernetes)/u.test(name))
        .map(([id]) => id)
        .toSorted(),
    );
    const [health] = resourcesOf(group).filter(({ type }) => type.endsWith('roleDefinitions'));
    expect(health?.properties).toMatchObject({
      assignableScopes: ['[managementGroup().id]'],
      permissions: [{ dataActions: [] }],
    });
  });
});

describe('azd up', () => {
  test('sets every parameter, from variables of its environment with the defaults of the template', () => {
    const { parameters } = JSON.parse(read('infra/main.parameters.json')) as {
      parameters: Record<string, { value: string }>;
    };
    expect(Object.keys(parameters)).toEqual(Object.keys(main.parameters ?? {}));
    for (const [name, { value }] of Object.entries(parameters)) {
      const given = /^\$\{[A-Z_]+(?:=(.*))?\}$/u.exec(value);
      expect({ name, value, matches: given !== null }).toEqual({ name, value, matches: true });
      const fallback = main.parameters?.[name]?.['defaultValue'];
      expect({ name, fallback: given?.[1] }).toEqual({
        name,
        fallback: typeof fallback === 'string' ? fallback : JSON.stringify(fallback),
      });
    }
  });

  test('publishes this folder as the app that the template tags, with what the build made', () => {
    const azure = parse(read('azure.yaml')) as {
      services: Record<string, { project: string; host: string }>;
      hooks: { prepackage: { run: string } };
    };
    expect(azure.services).toEqual({
      api: { project: '.', language: 'ts', host: 'function', remoteBuild: false },
    });
    expect(azure.hooks.prepackage.run).toBe('npm ci && npm run build');
  });
});

test('every alert has its part in docs/operations.md, and the app logs what it looks for', () => {
  const [alerts] = nested(main).filter(({ variables }) => 'alerts' in (variables ?? {}));
  const rows = alerts?.variables?.['alerts'] as { name: string; query: string }[];
  expect(rows.map(({ name }) => name)).toEqual([
    'no-sealed-run',
    'poison-messages',
    'health-degraded',
    'not-running',
  ]);
  for (const row of rows)
    expect(row).toEqual({
      name: row.name,
      query: row.query,
      description: expect.any(String),
      severity: expect.any(Number),
      operator: expect.stringMatching(/^(?:GreaterThan|LessThan)$/u),
      threshold: expect.any(Number),
      window: expect.stringMatching(/^PT(?:30M|1H)$/u),
    });
  const operations = read('docs/operations.md');
  for (const { name } of rows) expect(operations).toContain(`### \`${name}\``);
  const logged = [
    ...new Set(
      rows.flatMap(({ query }) =>
        [...query.matchAll(/"message":"([^"]+)"/gu)].map(([, text]) => text),
      ),
    ),
  ];
  const sources = read('shared/service/on-timer.ts') + read('shared/service/engine/queue-run.ts');
  for (const message of logged) expect(sources).toContain(`'${message}'`);
});
