import { describe, expect, test } from '@jest/globals';
import { armTemplate } from '../../scripts/infra/arm.ts';
import { parseBicep } from '../../scripts/infra/parse.ts';
import type { Json } from '../../scripts/infra/syntax.ts';

function compiled(source: string, modules: Readonly<Record<string, string>> = {}): Json {
  return armTemplate('main.bicep', {
    statements: (file) => parseBicep(file === 'main.bicep' ? source : (modules[file] ?? ''), file),
    json: () => ({ Actions: ['a/read'] }),
  });
}

const declared = "param a string\nparam flag bool\nparam list array\nvar b = { c: 'd' }\n";

describe('an expression of Bicep becomes the one that ARM has for it', () => {
  test.each([
    { bicep: "'plain'", arm: 'plain' },
    { bicep: "'[starts so'", arm: '[[starts so' },
    { bicep: "'it\\'s ${a}'", arm: "[format('it''s {0}', parameters('a'))]" },
    {
      bicep: "'{x} ${a}-${b.c}'",
      arm: "[format('{{x}} {0}-{1}', parameters('a'), variables('b').c)]",
    },
    { bicep: 'flag ? 1 : 2', arm: "[if(parameters('flag'), 1, 2)]" },
    {
      bicep: "flag\n  ? 'x'\n  : (a == 'y' ? 'z' : a)",
      arm: "[if(parameters('flag'), 'x', if(equals(parameters('a'), 'y'), 'z', parameters('a')))]",
    },
    {
      bicep: "!flag && a != 'x' || empty(list)",
      arm: "[or(and(not(parameters('flag')), not(equals(parameters('a'), 'x'))), empty(parameters('list')))]",
    },
    { bicep: 'list[0].name', arm: "[parameters('list')[0].name]" },
    { bicep: "[ 'x', flag ]", arm: ['x', "[parameters('flag')]"] },
    {
      bicep: "flag ? [ { name: 'x', count: 1 } ] : []",
      arm: "[if(parameters('flag'), createArray(createObject('name', 'x', 'count', 1)), createArray())]",
    },
    { bicep: "{ 'a-b': null, c: true }", arm: { 'a-b': null, c: true } },
  ])('$bicep', ({ bicep, arm }) => {
    const template = compiled(`${declared}output o string = ${bicep}\n`);
    expect(template).toMatchObject({ outputs: { o: { value: arm } } });
  });
});

describe('resources', () => {
  test('children carry the names of their parents, and wait for what they speak of', () => {
    const template = compiled(`
resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: 'st'
  location: 'here'
}
resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: account
  name: 'default'
  properties: { at: account.properties.primaryEndpoints.blob }
}
resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for id in [ 'x', 'y' ]: {
  name: guid(account.id, id)
  scope: account
}]
resource last 'Microsoft.Web/sites@2024-04-01' = if (true) {
  name: 'site'
  dependsOn: [ role, blobs ]
}
`);
    expect(template).toMatchObject({
      resources: [
        { name: 'st', location: 'here' },
        {
          name: "[format('{0}/{1}', 'st', 'default')]",
          properties: {
            at: "[reference(resourceId('Microsoft.Storage/storageAccounts', 'st'), '2024-01-01').primaryEndpoints.blob]",
          },
          dependsOn: ["[resourceId('Microsoft.Storage/storageAccounts', 'st')]"],
        },
        {
          copy: { name: 'role', count: "[length(createArray('x', 'y'))]" },
          name: "[guid(resourceId('Microsoft.Storage/storageAccounts', 'st'), createArray('x', 'y')[copyIndex()])]",
          scope: "[resourceId('Microsoft.Storage/storageAccounts', 'st')]",
        },
        {
          condition: true,
          dependsOn: [
            'role',
            "[resourceId('Microsoft.Storage/storageAccounts/blobServices', 'st', 'default')]",
          ],
        },
      ],
    });
  });

  test('a module is a nested deployment, and its outputs are read from it', () => {
    const template = compiled(
      `targetScope = 'subscription'
resource group 'Microsoft.Resources/resourceGroups@2022-09-01' = {
  name: 'rg'
  location: 'here'
}
module app 'app.bicep' = {
  name: 'app'
  scope: group
  params: { size: 2 }
}
module other 'app.bicep' = {
  name: 'other'
  scope: subscription('123')
  params: { size: app.outputs.size }
}
`,
      { 'app.bicep': 'param size int\noutput size int = size\n' },
    );
    expect(template).toMatchObject({
      resources: [
        { name: 'rg' },
        {
          type: 'Microsoft.Resources/deployments',
          resourceGroup: 'rg',
          properties: {
            parameters: { size: { value: 2 } },
            template: { outputs: { size: { value: "[parameters('size')]" } } },
          },
          dependsOn: ["[subscriptionResourceId('Microsoft.Resources/resourceGroups', 'rg')]"],
        },
        {
          subscriptionId: '123',
          location: '[deployment().location]',
          properties: {
            parameters: {
              size: {
                value:
                  "[reference(extensionResourceId(format('/subscriptions/{0}/resourceGroups/{1}', subscription().subscriptionId, 'rg'), 'Microsoft.Resources/deployments', 'app'), '2022-09-01').outputs.size.value]",
              },
            },
          },
        },
      ],
    });
  });
});

test.each([
  { source: 'param a string\nvar b = [ 1, ; ]', fault: 'main.bicep:2: ";" is not understood here' },
  { source: "var b = 'x", fault: 'main.bicep:1: a text that does not end' },
  { source: 'param', fault: 'main.bicep:1: a name was expected, not ""' },
  {
    source: 'thing a = 1',
    fault: 'main.bicep:1: param, var, resource, module or output was expected',
  },
  { source: 'output o string = nothing', fault: 'nothing is declared nowhere' },
  { source: "var b = [ loadJsonContent('x').y ]", fault: 'loadJsonContent stands alone' },
  { source: "targetScope = 'galaxy'", fault: 'targetScope galaxy is not known here' },
])('a fault has its place: $fault', ({ source, fault }) => {
  expect(() => compiled(source)).toThrow(fault);
});
