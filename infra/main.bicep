// Evenkeel as one function app: what `azd up` deploys.
targetScope = 'subscription'

@minLength(1)
@maxLength(64)
@description('Name of the environment; the resource group is called rg-NAME.')
param environmentName string

@minLength(1)
@metadata({ azd: { type: 'location' } })
@description('Region of the function app; Flex Consumption must be there: az functionapp list-flexconsumption-locations')
param location string

@description('Ids of the subscriptions to audit, with commas between; empty for the one that this is deployed to.')
param subscriptions string = ''

@description('True where infra/management-group.bicep gives the rights that can be given for a whole management group.')
param managementGroupRights bool = false

@allowed([ '22', '24' ])
@description('Node of the function app: az functionapp list-flexconsumption-runtimes says what the region has.')
param nodeVersion string = '22'

@description('NCRONTAB of six fields, UTC.')
param schedule string = '0 0 */6 * * *'

@description('Policy: the https:// address of a blob, or a file of the package; empty for none.')
param policy string = ''

@minValue(1)
@maxValue(1000)
@description('Instances at most. AKS hands out credentials at 60 and then one a second for each subscription, however many ask.')
param maximumInstanceCount int = 40

@allowed([ 'none', 'new', 'existing' ])
@description('Network: none, a new one with private endpoints for storage, or subnets of yours.')
param network string = 'none'

@description('With an existing network: id of the subnet for the app, delegated to Microsoft.App/environments.')
param appSubnetId string = ''

@description('With an existing network: id of the subnet for private endpoints.')
param endpointSubnetId string = ''

@description('With an existing network: its id, to link new private DNS zones to; empty where zones of yours are in place.')
param dnsNetworkId string = ''

@description('True where the network reaches private clusters.')
param allowPrivateClusters bool = false

@description('True serves the read-only tools for agents at /api/mcp.')
param mcp bool = false

@description('Client id of the app registration that people sign in with; empty for function keys only.')
param authClientId string = ''

@description('Id of the Slack channel (C…); empty for no Slack.')
param slackChannel string = ''

@secure()
@description('Bot token of the Slack app (xoxb-…); empty to leave the secret in the vault as it is.')
param slackBotToken string = ''

@description('Id of the Slack app (A…), for buttons in messages; empty for no buttons.')
param slackAppId string = ''

@description('Id of the Slack workspace (T…), for buttons.')
param slackTeamId string = ''

@description('Ids of the Slack users whose presses count (U…, with commas between), for buttons.')
param slackApprovers string = ''

@secure()
@description('Signing secret of the Slack app, for buttons; empty to leave the secret in the vault as it is.')
param slackSigningSecret string = ''

@description('Where alerts go by mail; empty for none.')
param alertEmail string = ''

@description('An action group of yours for the alerts, by its id; empty for none.')
param actionGroupId string = ''

var tags = { 'azd-env-name': environmentName }
var token = toLower(uniqueString(subscription().id, environmentName, location))
var audited = empty(subscriptions)
  ? [ subscription().subscriptionId ]
  : split(replace(subscriptions, ' ', ''), ',')

resource group 'Microsoft.Resources/resourceGroups@2022-09-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module app 'app.bicep' = {
  name: 'evenkeel-app'
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    subscriptions: join(audited, ',')
    nodeVersion: nodeVersion
    schedule: schedule
    policy: policy
    maximumInstanceCount: maximumInstanceCount
    network: network
    appSubnetId: appSubnetId
    endpointSubnetId: endpointSubnetId
    dnsNetworkId: dnsNetworkId
    allowPrivateClusters: allowPrivateClusters
    mcp: mcp
    authClientId: authClientId
    slackChannel: slackChannel
    slackBotToken: slackBotToken
    slackAppId: slackAppId
    slackTeamId: slackTeamId
    slackApprovers: slackApprovers
    slackSigningSecret: slackSigningSecret
    alertEmail: alertEmail
    actionGroupId: actionGroupId
  }
}

module rights 'rights.bicep' = [for id in audited: {
  name: 'evenkeel-rights-${take(id, 8)}'
  scope: subscription(id)
  params: {
    principalId: app.outputs.principalId
    dataPlaneOnly: managementGroupRights
  }
}]

output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_NAME string = app.outputs.name
output EVENKEEL_URL string = app.outputs.url
output EVENKEEL_PRINCIPAL_ID string = app.outputs.principalId
