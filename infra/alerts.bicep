// What wakes somebody, over the log of the app: docs/operations.md says what to do about each.

param location string
param tags object
param token string
param workspaceId string
param alertEmail string
param actionGroupId string

var alerts = [
  {
    name: 'no-sealed-run'
    description: 'Two slots of the schedule or more passed without a sealed run.'
    severity: 1
    query: 'AppTraces | where Message has \'"message":"swept"\' | extend line = parse_json(Message) | where toint(line.count) >= 2'
    operator: 'GreaterThan'
    threshold: 0
    window: 'PT30M'
  }
  {
    name: 'poison-messages'
    description: 'An audit of a cluster failed five times, or a message was moved to a poison queue.'
    severity: 2
    query: 'AppTraces | where Message has \'"message":"cluster given up"\' or Message has \'MaxDequeueCount\''
    operator: 'GreaterThan'
    threshold: 0
    window: 'PT30M'
  }
  {
    name: 'health-degraded'
    description: 'Health says more than ok: settings, storage, policy, overdue runs or unread subscriptions.'
    severity: 2
    query: 'AppTraces | where Message has \'"message":"swept"\' | extend line = parse_json(Message) | where line.code !in (\'ok\', \'no-run-yet\')'
    operator: 'GreaterThan'
    threshold: 1
    window: 'PT30M'
  }
  {
    name: 'not-running'
    description: 'The sweeper, which runs every five minutes, has not come to its end for an hour.'
    severity: 1
    query: 'AppTraces | where Message has \'"message":"swept"\''
    operator: 'LessThan'
    threshold: 1
    window: 'PT1H'
  }
]
var mailGroup = resourceId('Microsoft.Insights/actionGroups', 'ag-evenkeel-${token}')
var actionGroups = empty(alertEmail)
  ? (empty(actionGroupId) ? [] : [ actionGroupId ])
  : (empty(actionGroupId) ? [ mailGroup ] : [ mailGroup, actionGroupId ])

resource mail 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(alertEmail)) {
  name: 'ag-evenkeel-${token}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'evenkeel'
    emailReceivers: [
      {
        name: 'mail'
        emailAddress: alertEmail
        useCommonAlertSchema: true
      }
    ]
  }
}

resource rules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for alert in alerts: {
  name: 'evenkeel-${alert.name}-${token}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Evenkeel: ${alert.name}'
    description: alert.description
    severity: alert.severity
    enabled: true
    scopes: [ workspaceId ]
    evaluationFrequency: 'PT15M'
    windowSize: alert.window
    autoMitigate: true
    // The table is made by the first line that is logged.
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: alert.query
          timeAggregation: 'Count'
          operator: alert.operator
          threshold: alert.threshold
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: { actionGroups: actionGroups }
  }
  dependsOn: [ mail ]
}]
