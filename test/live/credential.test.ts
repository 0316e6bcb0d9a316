import { describe, expect, test } from '@jest/globals';
import { connectAzure } from '../../shared/audit/azure.ts';
import { azureCredential, credentialKinds } from '../../shared/audit/credential.ts';
import { InputError } from '../../shared/audit/input-error.ts';

const app = { AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c' };
const appService = { IDENTITY_ENDPOINT: 'http://localhost:1/msi/token', IDENTITY_HEADER: 'h' };

describe('which credentials come into question', () => {
  test.each([
    [{}, false, ['managed-identity']],
    [{}, true, ['az', 'azd']],
    [appService, false, ['managed-identity']],
    [{ ...appService, AZURE_CLIENT_ID: 'c' }, false, ['managed-identity']],
    [appService, true, ['managed-identity', 'az', 'azd']],
    [{ ...app, AZURE_FEDERATED_TOKEN_FILE: '/var/token' }, false, ['workload-identity']],
    [{ ...app, AZURE_CLIENT_SECRET: 's' }, false, ['environment']],
    [{ ...app, AZURE_CLIENT_CERTIFICATE_PATH: '/c.pem' }, true, ['environment', 'az', 'azd']],
    [{ AZURE_CLIENT_SECRET: 's' }, false, ['managed-identity']],
    [{ ...appService, AZURE_TOKEN_CREDENTIALS: 'prod' }, true, ['chosen']],
    [{ AZURE_TOKEN_CREDENTIALS: '' }, true, ['az', 'azd']],
  ])('%j, at the command line: %s -> %j', (environment, commandLine, kinds) => {
    expect(credentialKinds(environment, commandLine)).toEqual(kinds);
    expect(
      azureCredential(environment, commandLine, 'https://login.microsoftonline.com'),
    ).toHaveProperty('getToken');
  });
});

test('nothing is connected to where certificate checks are off', () => {
  expect(connectUnsafely).toThrow(InputError);
  expect(connectUnsafely).toThrow('NODE_TLS_REJECT_UNAUTHORIZED=0');
});

function connectUnsafely() {
  return connectAzure({
    cloud: 'AzurePublic',
    allowPrivateClusters: false,
    commandLine: true,
    environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
  });
}
