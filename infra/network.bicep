// Private endpoints of storage and vault, in a new network or in a subnet of yours.

param location string
param tags object
param token string
param isNew bool
param endpointSubnetId string
param dnsNetworkId string
param storageId string
@description('Empty where there is no vault.')
param vaultId string

var services = [ 'blob', 'queue', 'table' ]
var endpointSubnet = isNew
  ? resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet-evenkeel-${token}', 'endpoints')
  : endpointSubnetId
var dnsNetwork = isNew ? resourceId('Microsoft.Network/virtualNetworks', 'vnet-evenkeel-${token}') : dnsNetworkId
var hasZones = isNew || !empty(dnsNetworkId)
var zoneServices = hasZones ? services : []
var vaultZone = 'privatelink.vaultcore${replace(environment().suffixes.keyvaultDns, '.vault', '')}'

resource vnet 'Microsoft.Network/virtualNetworks@2024-05-01' = if (isNew) {
  name: 'vnet-evenkeel-${token}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [ '10.0.0.0/16' ] }
    subnets: [
      {
        name: 'endpoints'
        properties: {
          addressPrefix: '10.0.1.0/24'
          privateEndpointNetworkPolicies: 'Disabled'
        }
      }
      {
        name: 'app'
        properties: {
          addressPrefix: '10.0.2.0/24'
          delegations: [
            {
              name: 'flex-consumption'
              properties: { serviceName: 'Microsoft.App/environments' }
            }
          ]
        }
      }
    ]
  }
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [for service in zoneServices: {
  name: 'privatelink.${service}.${environment().suffixes.storage}'
  location: 'global'
  tags: tags
  properties: {}
}]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [for service in zoneServices: {
  name: 'privatelink.${service}.${environment().suffixes.storage}/evenkeel-${token}'
  location: 'global'
  tags: tags
  properties: {
    registrationEnabled: false
    virtualNetwork: { id: dnsNetwork }
  }
  dependsOn: [ vnet, zones ]
}]

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [for service in services: {
  name: 'pe-evenkeel-${service}-${token}'
  location: location
  tags: tags
  properties: {
    subnet: { id: endpointSubnet }
    privateLinkServiceConnections: [
      {
        name: service
        properties: {
          privateLinkServiceId: storageId
          groupIds: [ service ]
        }
      }
    ]
  }
  dependsOn: [ vnet ]
}]

resource zoneGroups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [for service in zoneServices: {
  name: 'pe-evenkeel-${service}-${token}/default'
  properties: {
    privateDnsZoneConfigs: [
      {
        name: service
        properties: {
          privateDnsZoneId: resourceId('Microsoft.Network/privateDnsZones', 'privatelink.${service}.${environment().suffixes.storage}')
        }
      }
    ]
  }
  dependsOn: [ endpoints, zones ]
}]

resource vaultEndpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = if (!empty(vaultId)) {
  name: 'pe-evenkeel-vault-${token}'
  location: location
  tags: tags
  properties: {
    subnet: { id: endpointSubnet }
    privateLinkServiceConnections: [
      {
        name: 'vault'
        properties: {
          privateLinkServiceId: vaultId
          groupIds: [ 'vault' ]
        }
      }
    ]
  }
  dependsOn: [ vnet ]
}

resource vaultDns 'Microsoft.Network/privateDnsZones@2024-06-01' = if (hasZones && !empty(vaultId)) {
  name: vaultZone
  location: 'global'
  tags: tags
  properties: {}
}

resource vaultLink 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = if (hasZones && !empty(vaultId)) {
  parent: vaultDns
  name: 'evenkeel-${token}'
  location: 'global'
  tags: tags
  properties: {
    registrationEnabled: false
    virtualNetwork: { id: dnsNetwork }
  }
  dependsOn: [ vnet ]
}

resource vaultZoneGroup 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = if (hasZones && !empty(vaultId)) {
  parent: vaultEndpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      {
        name: 'vault'
        properties: { privateDnsZoneId: vaultDns.id }
      }
    ]
  }
}
