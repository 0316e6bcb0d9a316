import type { Environment } from '../audit/environment.ts';
import type { CloudName } from '../collect/live/index.ts';

/** A connection string (the emulator, older apps), or addresses for an identity. */
export type StorageSettings =
  | { readonly kind: 'connection-string'; readonly connectionString: string }
  | {
      readonly kind: 'identity';
      readonly blobUri: string;
      readonly queueUri: string;
      readonly tableUri: string;
      readonly clientId?: string | undefined;
    };

/** Where the accounts of a cloud are. */
const suffixes: { readonly [Each in CloudName]: string } = {
  AzurePublic: 'core.windows.net',
  AzureChina: 'core.chinacloudapi.cn',
  AzureUSGovernment: 'core.usgovcloudapi.net',
};

const name = 'AzureWebJobsStorage';

/** The settings by which the Functions host, too, finds the app's storage; or what is wrong with them. */
export function storageOf(
  env: Environment,
  cloud: CloudName,
): { readonly storage: StorageSettings } | { readonly fault: string } {
  const value = (part: string): string | undefined => env[part]?.trim() || undefined;
  const connectionString = value(name);
  if (connectionString !== undefined)
    return isConnectionString(connectionString)
      ? { storage: { kind: 'connection-string', connectionString } }
      : { fault: `${name} is not a storage account connection string` };
  const account = value(`${name}__accountName`);
  if (account !== undefined && !/^[a-z0-9]{3,24}$/u.test(account))
    return { fault: `${name}__accountName is not a valid storage account name` };
  const uris: string[] = [];
  for (const service of ['blob', 'queue', 'table']) {
    const given = value(`${name}__${service}ServiceUri`);
    if (given === undefined && account === undefined)
      return {
        fault: `${name} is missing; set a connection string, or ${name}__accountName for an identity`,
      };
    const uri = given ?? `https://${account}.${service}.${suffixes[cloud]}`;
    if (!isHttps(uri)) return { fault: `${name}__${service}ServiceUri is not an https:// address` };
    // Azure gives endpoints with a slash at the end.
    uris.push(uri.replace(/\/+$/u, ''));
  }
  const clientId = value(`${name}__clientId`);
  if (clientId !== undefined && !/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/iu.test(clientId))
    return { fault: `${name}__clientId is not a valid client ID` };
  const [blobUri = '', queueUri = '', tableUri = ''] = uris;
  return { storage: { kind: 'identity', blobUri, queueUri, tableUri, clientId } };
}

function isConnectionString(text: string): boolean {
  const names = new Set(
    text
      .split(';')
      .map((part) => /^\s*([a-z]+)=./iu.exec(part)?.[1]?.toLowerCase())
      .filter((each) => each !== undefined),
  );
  if (names.has('usedevelopmentstorage') || names.has('sharedaccesssignature')) return true;
  return names.has('accountname') && names.has('accountkey');
}

function isHttps(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:';
}
