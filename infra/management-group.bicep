// Rights for a whole management group, in place of those of each subscription:
//   az deployment mg create --management-group-id GROUP --location REGION --template-file infra/management-group.json --parameters principalId=…
// The role with data actions stays with each subscription (managementGroupRights=true of main.bicep):
// Azure takes no custom role with data actions at a management group everywhere.
targetScope = 'managementGroup'

@description('Object id of the app\'s identity: output EVENKEEL_PRINCIPAL_ID of main.bicep.')
param principalId string

// Reader; Azure Kubernetes Service Cluster User Role; Azure Kubernetes Service RBAC Reader
var builtInRoles = [
  'acdd72a7-3385-48ef-bd42-f606fba81ae7'
  '4abbcc35-e782-43d8-92c5-2d3f1bd2253f'
  '7f6c6a51-bcf8-42ba-9220-52d62157d7db'
]
var healthReaderRole = loadJsonContent('health-reader.role.json')

resource builtIn 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in builtInRoles: {
  name: guid(managementGroup().id, principalId, role)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: tenantResourceId('Microsoft.Authorization/roleDefinitions', role)
  }
}]

resource healthReader 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(managementGroup().id, 'Evenkeel Health Reader')
  properties: {
    roleName: 'Evenkeel Health Reader ${managementGroup().name}'
    description: healthReaderRole.Description
    type: 'CustomRole'
    permissions: [
      {
        actions: healthReaderRole.Actions
        notActions: []
        dataActions: []
        notDataActions: []
      }
    ]
    assignableScopes: [ managementGroup().id ]
  }
}

resource healthReaderAssignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(managementGroup().id, principalId, 'Evenkeel Health Reader')
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: healthReader.id
  }
}
