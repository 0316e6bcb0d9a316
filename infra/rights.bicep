// What the app's identity may read in one subscription: the table of rights in the README.
targetScope = 'subscription'

@description('Object id of the identity.')
param principalId string

@description('True leaves out what a management group gives.')
param dataPlaneOnly bool = false

// Reader; Azure Kubernetes Service Cluster User Role; Azure Kubernetes Service RBAC Reader
var builtInRoles = [
  'acdd72a7-3385-48ef-bd42-f606fba81ae7'
  '4abbcc35-e782-43d8-92c5-2d3f1bd2253f'
  '7f6c6a51-bcf8-42ba-9220-52d62157d7db'
]
var roles = dataPlaneOnly ? [] : builtInRoles
var clusterReaderRole = loadJsonContent('cluster-reader.role.json')
var healthReaderRole = loadJsonContent('health-reader.role.json')

resource builtIn 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in roles: {
  name: guid(subscription().id, principalId, role)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: tenantResourceId('Microsoft.Authorization/roleDefinitions', role)
  }
}]

// Names of roles are unique in a tenant.
resource clusterReader 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, 'Evenkeel Cluster Reader')
  properties: {
    roleName: 'Evenkeel Cluster Reader ${subscription().subscriptionId}'
    description: clusterReaderRole.Description
    type: 'CustomRole'
    permissions: [
      {
        actions: clusterReaderRole.Actions
        notActions: []
        dataActions: clusterReaderRole.DataActions
        notDataActions: []
      }
    ]
    assignableScopes: [ subscription().id ]
  }
}

resource clusterReaderAssignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, principalId, 'Evenkeel Cluster Reader')
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: clusterReader.id
  }
}

resource healthReader 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (!dataPlaneOnly) {
  name: guid(subscription().id, 'Evenkeel Health Reader')
  properties: {
    roleName: 'Evenkeel Health Reader ${subscription().subscriptionId}'
    description: healthReaderRole.Description
    type: 'CustomRole'
    permissions: [
      {
        actions: healthReaderRole.Actions
        notActions: []
        dataActions: healthReaderRole.DataActions
        notDataActions: []
      }
    ]
    assignableScopes: [ subscription().id ]
  }
}

resource healthReaderAssignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!dataPlaneOnly) {
  name: guid(subscription().id, principalId, 'Evenkeel Health Reader')
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: healthReader.id
  }
}
