import { chinaRegions, publicRegions } from './regions.ts';

/** What differs between Azure's clouds, in one record: hosts and ids of two clouds are never mixed. */
export interface Cloud {
  /** The value of `EVENKEEL_CLOUD`. */
  readonly name: CloudName;
  /** Scheme and host of Azure Resource Manager, no slash at the end. */
  readonly armEndpoint: string;
  readonly armScope: string;
  /** Where Entra gives tokens. */
  readonly authorityHost: string;
  /** Domains under which AKS names its API servers. */
  readonly aksDomains: readonly string[];
  /** The Entra application behind every AKS API server of the cloud. */
  readonly aksServerApp: string;
  readonly aksScope: string;
  /** Where Azure Monitor answers for a region, `<region>.<domain>`; absent where no source names it. */
  readonly metrics?: { readonly domain: string; readonly regions: readonly string[] };
  /** What no primary source confirmed; told to whoever chooses the cloud. */
  readonly unverified: readonly string[];
}

export type CloudName = 'AzurePublic' | 'AzureChina' | 'AzureUSGovernment';

const publicServerApp = '6dae42f8-4368-4678-94ff-3960e28e3630';
const sameApp = `that AKS has the server application ${publicServerApp} in this cloud, too`;

const clouds: { readonly [Name in CloudName]: Omit<Cloud, 'name' | 'armScope' | 'aksScope'> } = {
  AzurePublic: {
    armEndpoint: 'https://management.azure.com',
    authorityHost: 'https://login.microsoftonline.com',
    aksDomains: ['azmk8s.io'],
    aksServerApp: publicServerApp,
    metrics: { domain: 'metrics.monitor.azure.com', regions: publicRegions },
    unverified: [],
  },
  AzureChina: {
    armEndpoint: 'https://management.chinacloudapi.cn',
    authorityHost: 'https://login.chinacloudapi.cn',
    aksDomains: ['azk8s.cn'],
    aksServerApp: publicServerApp,
    metrics: { domain: 'metrics.monitor.azure.cn', regions: chinaRegions },
    unverified: [
      'the domain azk8s.cn of API servers',
      'the domain metrics.monitor.azure.cn of Azure Monitor',
      sameApp,
    ],
  },
  AzureUSGovernment: {
    armEndpoint: 'https://management.usgovcloudapi.net',
    authorityHost: 'https://login.microsoftonline.us',
    aksDomains: ['cx.aks.containerservice.azure.us'],
    aksServerApp: publicServerApp,
    unverified: ['the domain cx.aks.containerservice.azure.us of API servers', sameApp],
  },
};

/** Hosts and audiences of a cloud. */
export function cloudOf(name: CloudName): Cloud {
  const cloud = clouds[name];
  return {
    name,
    ...cloud,
    armScope: `${cloud.armEndpoint}/.default`,
    aksScope: `${cloud.aksServerApp}/.default`,
  };
}
