// The function app and what it stands on, in one resource group.

param location string
param tags object
param token string
param subscriptions string
param nodeVersion string
param schedule string
param policy string
param maximumInstanceCount int
param network string
param appSubnetId string
param endpointSubnetId string
param dnsNetworkId string
param allowPrivateClusters bool
param mcp bool
param authClientId string
param slackChannel string
@secure()
param slackBotToken string
param slackAppId string
param slackTeamId string
param slackApprovers string
@secure()
param slackSigningSecret string
param alertEmail string
param actionGroupId string

var hasNetwork = network != 'none'
var hasSlack = !empty(slackChannel)
var hasButtons = hasSlack && !empty(slackAppId)
var hasSignIn = !empty(authClientId)
var packages = 'app-package'
var secretsUri = 'https://evk-${token}${environment().suffixes.keyvaultDns}/secrets'

// Storage Blob Data Owner; Storage Queue Data Contributor; Storage Table Data Contributor
var storageRoles = [
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
]
var monitoringMetricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'
var keyVaultSecretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-evenkeel-${token}'
  location: location
  tags: tags
  properties: {}
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: 'log-evenkeel-${token}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-evenkeel-${token}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource insightsRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, identity.id, monitoringMetricsPublisher)
  scope: insights
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', monitoringMetricsPublisher)
  }
}

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: 'stevk${token}'
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: hasNetwork ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: hasNetwork ? 'Deny' : 'Allow'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: storage
  name: 'default'
  properties: {
    deleteRetentionPolicy: {
      enabled: true
      days: 7
    }
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs
  name: packages
  properties: { publicAccess: 'None' }
}

resource storageAssignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in storageRoles: {
  name: guid(storage.id, identity.id, role)
  scope: storage
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
  }
}]

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = if (hasSlack) {
  name: 'evk-${token}'
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    publicNetworkAccess: hasNetwork ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: hasNetwork ? 'Deny' : 'Allow'
    }
  }
}

resource botToken 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = if (hasSlack && !empty(slackBotToken)) {
  parent: vault
  name: 'slack-bot-token'
  properties: { value: slackBotToken }
}

resource signingSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = if (hasButtons && !empty(slackSigningSecret)) {
  parent: vault
  name: 'slack-signing-secret'
  properties: { value: slackSigningSecret }
}

resource vaultRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (hasSlack) {
  name: guid(vault.id, identity.id, keyVaultSecretsUser)
  scope: vault
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultSecretsUser)
  }
}

module subnets 'network.bicep' = if (hasNetwork) {
  name: 'evenkeel-network'
  params: {
    location: location
    tags: tags
    token: token
    isNew: network == 'new'
    endpointSubnetId: endpointSubnetId
    dnsNetworkId: dnsNetworkId
    storageId: storage.id
    vaultId: hasSlack ? vault.id : ''
  }
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-evenkeel-${token}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: { reserved: true }
}

resource site 'Microsoft.Web/sites@2024-04-01' = {
  name: 'func-evenkeel-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identity.id
    virtualNetworkSubnetId: hasNetwork
      ? (network == 'new' ? resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet-evenkeel-${token}', 'app') : appSubnetId)
      : null
    siteConfig: {
      alwaysOn: false
      ftpsState: 'Disabled'
      http20Enabled: true
      minTlsVersion: '1.2'
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${packages}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: {
        name: 'node'
        version: nodeVersion
      }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: maximumInstanceCount
        // Slack gives a button three seconds.
        alwaysReady: hasButtons ? [ { name: 'http', instanceCount: 1 } ] : []
      }
    }
  }
  dependsOn: [ container, storageAssignments, subnets ]
}

resource ftp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: site
  name: 'ftp'
  properties: { allow: false }
}

resource scm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: site
  name: 'scm'
  properties: { allow: false }
}

resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: site
  name: 'appsettings'
  properties: {
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identity.properties.clientId
    AzureWebJobsStorage__blobServiceUri: storage.properties.primaryEndpoints.blob
    AzureWebJobsStorage__queueServiceUri: storage.properties.primaryEndpoints.queue
    AzureWebJobsStorage__tableServiceUri: storage.properties.primaryEndpoints.table
    APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
    AZURE_CLIENT_ID: identity.properties.clientId
    EVENKEEL_SCHEDULE: schedule
    EVENKEEL_SUBSCRIPTIONS: subscriptions
    EVENKEEL_POLICY: policy
    EVENKEEL_ENGINE: 'queue'
    EVENKEEL_REPORT_URL: 'https://${site.properties.defaultHostName}/api/report'
    EVENKEEL_ALLOW_PRIVATE_CLUSTERS: allowPrivateClusters ? 'true' : 'false'
    EVENKEEL_CLOUD: environment().name == 'AzureCloud' ? 'AzurePublic' : (environment().name == 'AzureChinaCloud' ? 'AzureChina' : environment().name)
    EVENKEEL_MCP: mcp ? 'true' : 'false'
    EVENKEEL_TENANT_ID: hasSignIn ? tenant().tenantId : ''
    // With the identity as the registration's credential there is no client secret.
    OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: hasSignIn ? identity.properties.clientId : ''
    SLACK_BOT_TOKEN: hasSlack ? '@Microsoft.KeyVault(SecretUri=${secretsUri}/slack-bot-token)' : ''
    SLACK_CHANNEL: slackChannel
    SLACK_SIGNING_SECRET: hasButtons ? '@Microsoft.KeyVault(SecretUri=${secretsUri}/slack-signing-secret)' : ''
    SLACK_APP_ID: hasButtons ? slackAppId : ''
    SLACK_TEAM_ID: hasButtons ? slackTeamId : ''
    SLACK_APPROVERS: hasButtons ? slackApprovers : ''
  }
  dependsOn: [ botToken, signingSecret, vaultRole ]
}

resource signIn 'Microsoft.Web/sites/config@2024-04-01' = if (hasSignIn) {
  parent: site
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: 'RedirectToLoginPage'
      redirectToProvider: 'azureactivedirectory'
      // Health says little; Slack signs what it sends.
      excludedPaths: [ '/api/health', '/api/slack/interactions' ]
    }
    httpSettings: { requireHttps: true }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: authClientId
          clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: { allowedAudiences: [ authClientId, 'api://${authClientId}' ] }
      }
    }
    login: { tokenStore: { enabled: false } }
  }
  dependsOn: [ settings ]
}

module alerts 'alerts.bicep' = {
  name: 'evenkeel-alerts'
  params: {
    location: location
    tags: tags
    token: token
    workspaceId: workspace.id
    alertEmail: alertEmail
    actionGroupId: actionGroupId
  }
}

output name string = site.name
output url string = 'https://${site.properties.defaultHostName}'
output principalId string = identity.properties.principalId
