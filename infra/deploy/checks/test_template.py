"""What would be deployed, for each setting of the parameters that changes it.

Names of functions, routes and schedules are taken from the template, and the calls of agents from the document of the
API, so what is added is checked, too. Only the policies that AWS writes are listed here.
"""

import copy
import functools
import json
import re
import unittest
from fnmatch import fnmatchcase

from expand import ROOT, accepts, expand, load

CAP = {"DefaultMonthlyCap": "250", "WebhookSecretsKey": "A" * 43 + "="}
JWT = {"JwtIssuer": "https://issuer.example", "JwtAudience": "peras"}

# The document of the API says who may make which call, and is written by hand.
DOCUMENT = json.loads((ROOT / "functions/core/http/src/main/resources/dev/peras/http/openapi.json").read_text())
DOCUMENTED = {
    f"{method.upper()} {path}": operation.get("security", DOCUMENT["security"])
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
    if method in {"get", "put", "post", "delete", "patch"}
}
# What an agent may do. The rest is for admins: it moves limits, or shows other sessions and customers.
AGENT_ROUTES = {route for route, security in DOCUMENTED.items() if {"jwt": ["peras/agent"]} in security}

# Policies by AWS, with wildcards in them, and who gets them.
LOGGING = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
TRACING = "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess"
STREAM = "arn:aws:iam::aws:policy/service-role/AWSLambdaDynamoDBExecutionRole"

METRICS = {
    "RecordedEvents", "CostUsd", "Duplicates", "Conflicts", "Refusals", "Warnings",
    "SweepScanned", "SweepAtRisk", "SweepClosed", "SweepHealed", "SweepFailed", "SweepSucceeded",
    "AlertsSent", "AlertsFailed", "AlertsDead",
}  # fmt: skip


class TemplateTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.source = load("template.yaml")
        self.deployed = deployed()

    def resources(self, kind, template=None):
        """Name and properties of the resources of a kind."""
        return {
            name: resource["Properties"]
            for name, resource in (template or self.deployed)["Resources"].items()
            if resource["Type"] == kind
        }

    def functions(self):
        return self.resources("AWS::Lambda::Function")


def deployed(**parameters):
    return copy.deepcopy(_deployed(tuple(parameters.items())))


@functools.cache
def _deployed(parameters):
    return expand(load("template.yaml"), {**CAP, **dict(parameters)})


def nested(stack, template):
    """What a nested stack would make."""
    return expand(load(template), {name: str(value) for name, value in stack["Parameters"].items()})


def statements(policies):
    for policy in policies:
        yield from as_list(policy["PolicyDocument"]["Statement"])


def as_list(one_or_more):
    return one_or_more if isinstance(one_or_more, list) else [one_or_more]


def text(resource):
    """An ARN as text: `Table.Arn`, or what stands in !Sub."""
    match resource:
        case {"Fn::GetAtt": [name, attribute]}:
            return f"{name}.{attribute}"
        case {"Ref": name}:
            return name
        case {"Fn::Sub": [template, values]}:
            for name, value in values.items():
                template = template.replace("${%s}" % name, text(value))
            return template
        case {"Fn::Sub": template}:
            return template
    return resource


class Functions(TemplateTest):
    def test_each_runs_on_java25_arm64(self):
        for name, function in self.functions().items():
            with self.subTest(name):
                self.assertEqual(function["Runtime"], "java25")
                self.assertEqual(function["Architectures"], ["arm64"])
                self.assertEqual(
                    function["Handler"], "io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest"
                )

    def test_each_is_called_by_an_alias_of_a_version_with_a_snapshot(self):
        versions = self.resources("AWS::Lambda::Version")
        aliases = self.resources("AWS::Lambda::Alias")
        for name, function in self.functions().items():
            with self.subTest(name):
                self.assertEqual(function["SnapStart"], {"ApplyOn": "PublishedVersions"})
                alias = aliases[name + "Aliaslive"]
                self.assertEqual((alias["Name"], alias["FunctionName"]), ("live", {"Ref": name}))
                version = alias["FunctionVersion"]["Fn::GetAtt"][0]
                self.assertEqual(versions[version]["FunctionName"], {"Ref": name})

    def test_a_changed_setting_makes_a_version(self):
        # SAM compares texts, and !Ref X stays the same text: the version's description has to change.
        parameters = self.source["Parameters"]
        for name, function in self.resources("AWS::Serverless::Function", self.source).items():
            with self.subTest(name):
                variables = dict(self.source["Globals"]["Function"]["Environment"]["Variables"])
                variables |= function.get("Environment", {}).get("Variables", {})
                settings = {v["Ref"] for v in variables.values() if isinstance(v, dict) and v.get("Ref") in parameters}
                # A description is no place for a secret, and this one is made to be kept.
                settings -= {"WebhookSecretsKey"}
                # Only sam local has another database, and it has no versions.
                settings -= {"DynamoDbEndpoint"}
                # It detects and prices nothing, and a description holds only so much.
                settings -= {"Detectors", "UnknownModelPrice"} if name == "DeliverWebhooksFunction" else set()
                described = set(re.findall(r"\$\{(\w+)}", text(function["VersionDescription"])))
                self.assertEqual(described, settings)
                self.assertTrue(function["AutoPublishAliasAllProperties"])

    def test_a_versions_description_is_never_too_long(self):
        parameters = self.source["Parameters"]

        def longest(name):
            parameter = parameters[name]
            if "AllowedValues" in parameter:
                return max(map(len, parameter["AllowedValues"]))
            return len(str(parameter["MaxValue"])) if parameter["Type"] == "Number" else parameter["MaxLength"]

        for function in self.resources("AWS::Serverless::Function", self.source).values():
            description = text(function["VersionDescription"])
            names = re.findall(r"\$\{(\w+)}", description)
            self.assertLessEqual(len(re.sub(r"\$\{\w+}", "", description)) + sum(map(longest, names)), 256)

    def test_those_behind_the_api_answer_before_it_gives_up(self):
        for name, source in self.resources("AWS::Serverless::Function", self.source).items():
            if any(event["Type"] == "HttpApi" for event in source["Events"].values()):
                self.assertLess(self.functions()[name]["Timeout"], 30, name)

    def test_traces_are_made_and_allowed_when_asked_for(self):
        for function in self.functions().values():
            self.assertNotIn("TracingConfig", function)
        for function in self.resources("AWS::Lambda::Function", deployed(Tracing="Active")).values():
            self.assertEqual(function["TracingConfig"], {"Mode": "Active"})


class Permissions(TemplateTest):
    def test_a_function_has_the_statements_of_the_template_and_named_policies_by_aws(self):
        # That these statements are what the function uses, no more and no less, is PoliciesTest's part (infra/local).
        for tracing in ("Disabled", "Active"):
            template = deployed(Tracing=tracing)
            roles = self.resources("AWS::IAM::Role", template)
            for name, source in self.resources("AWS::Serverless::Function", self.source).items():
                with self.subTest(name, tracing=tracing):
                    role = roles[name + "Role"]
                    expected = {LOGGING}
                    if tracing == "Active":
                        expected.add(TRACING)
                    if any(event["Type"] == "DynamoDB" for event in source["Events"].values()):
                        expected.add(STREAM)
                    self.assertEqual(set(role["ManagedPolicyArns"]), expected)
                    written = [statement for policy in source["Policies"] for statement in policy["Statement"]]
                    added = [s for s in statements(role["Policies"]) if s not in written]
                    self.assertEqual(len(written) + len(added), len(list(statements(role["Policies"]))))
                    for statement in added:
                        self.assertEqual(statement["Action"], "sqs:SendMessage", "SAM adds the dead-letter queue alone")

    def test_nothing_is_allowed_everything(self):
        for parameters in ({}, {"Tracing": "Active", "Monitoring": "true", **JWT}):
            template = deployed(**parameters)
            for name, role in self.resources("AWS::IAM::Role", template).items():
                self.assert_narrow(name, role.get("Policies", []), wildcard_in=())
            for name, policy in self.resources("AWS::IAM::ManagedPolicy", template).items():
                # Paths have parameters; which ones, Roles says.
                self.assert_narrow(name, [policy], wildcard_in=("execute-api",))

    def assert_narrow(self, name, policies, wildcard_in):
        for statement in statements(policies):
            with self.subTest(name, statement=statement):
                self.assertEqual(statement["Effect"], "Allow")
                for action in as_list(statement["Action"]):
                    self.assertNotIn("*", action)
                for resource in map(text, as_list(statement["Resource"])):
                    self.assertNotEqual(resource, "*", "every resource")
                    if not any(f":{service}:" in resource for service in wildcard_in):
                        self.assertNotIn("*", resource)

    def test_roles_are_for_the_services_that_use_them(self):
        for name, role in self.resources("AWS::IAM::Role").items():
            for statement in role["AssumeRolePolicyDocument"]["Statement"]:
                expected = "lambda" if name.endswith("FunctionRole") else "scheduler"
                self.assertEqual(statement["Principal"], {"Service": [expected + ".amazonaws.com"]}, name)

    def test_functions_may_be_called_by_this_api_alone(self):
        for name, permission in self.resources("AWS::Lambda::Permission").items():
            self.assertEqual(permission["Principal"], "apigateway.amazonaws.com", name)
            self.assertIn(":execute-api:${AWS::Region}:${AWS::AccountId}:Api/", text(permission["SourceArn"]), name)


class Routes(TemplateTest):
    """No route is open, whatever the parameters; what agents may call is a list of its own."""

    def routes(self, template=None):
        """Route key to operation."""
        body = self.resources("AWS::ApiGatewayV2::Api", template)["Api"]["Body"]
        found = {}
        for path, operations in body["paths"].items():
            for method, operation in operations.items():
                key = path if method == "x-amazon-apigateway-any-method" else f"{method.upper()} {path}"
                found[key] = operation
        return found

    def test_every_route_asks_for_signed_requests(self):
        for parameters in ({}, JWT):
            template = deployed(**parameters)
            routes = self.routes(template)
            self.assertIn("$default", routes)
            for key, operation in routes.items():
                self.assertEqual(operation.get("security"), [{"AWS_IAM": []}], f"{key} is open")
            body = self.resources("AWS::ApiGatewayV2::Api", template)["Api"]["Body"]
            scheme = body["components"]["securitySchemes"]["AWS_IAM"]
            self.assertEqual(scheme["x-amazon-apigateway-authtype"], "awsSigv4")

    def test_there_is_one_api_and_no_other_door(self):
        self.assertEqual(list(self.resources("AWS::ApiGatewayV2::Api")), ["Api"])
        self.assertEqual(self.resources("AWS::Lambda::Url"), {})
        self.assertEqual(self.resources("AWS::CloudFormation::Stack"), {})

    def test_the_door_for_keys_is_there_when_asked_for(self):
        stacks = self.resources("AWS::CloudFormation::Stack", deployed(KeyApi="true"))
        self.assertEqual(list(stacks), ["KeysApi"])
        stack = stacks["KeysApi"]
        self.assertEqual(stack["Parameters"].keys(), load("infra/deploy/key-api.yaml")["Parameters"].keys())
        api = nested(stack, stack["TemplateURL"])
        routes = self.resources("AWS::ApiGatewayV2::Route", api).values()
        self.assertEqual({route["RouteKey"] for route in routes}, set(self.routes()))
        # Its functions must not take a missing authorizer for a caller that somebody else vouches for.
        for function in self.functions().values():
            self.assertNotIn("REQUIRE_KEY", function["Environment"]["Variables"])
        for stage in self.resources("AWS::ApiGatewayV2::Stage", api).values():
            self.assertIn("ThrottlingRateLimit", stage["DefaultRouteSettings"])

    def test_tokens_come_with_an_issuer_and_an_audience(self):
        self.assertEqual(list(self.resources("AWS::CloudFormation::Stack", deployed(**JWT))), ["JwtApi"])
        self.assertTrue(accepts(self.source, {}))
        self.assertTrue(accepts(self.source, JWT))
        for one in JWT:
            self.assertFalse(accepts(self.source, {one: JWT[one]}), one)

    def test_every_route_for_tokens_asks_for_a_scope(self):
        api = self.jwt_api()
        self.assertEqual(
            self.resources("AWS::ApiGatewayV2::Authorizer", api)["Authorizer"],
            {
                "ApiId": {"Ref": "Api"},
                "Name": "Jwt",
                "AuthorizerType": "JWT",
                "IdentitySource": ["$request.header.Authorization"],
                "JwtConfiguration": {"Issuer": "https://issuer.example", "Audience": ["peras"]},
            },
        )
        for name, route in self.resources("AWS::ApiGatewayV2::Route", api).items():
            with self.subTest(name):
                self.assertEqual(route["AuthorizationType"], "JWT")
                self.assertEqual(route["AuthorizerId"], {"Ref": "Authorizer"})
                is_for_agents = route["RouteKey"] in AGENT_ROUTES
                self.assertEqual(
                    route["AuthorizationScopes"], ["peras/agent", "peras/admin"] if is_for_agents else ["peras/admin"]
                )

    def test_the_document_of_the_api_says_who_may_call_what(self):
        self.assertEqual(
            {route.replace("+}", "}") for route in self.routes()} - {"$default"}, set(DOCUMENTED)
        )
        self.assertGreater(len(AGENT_ROUTES), 5)
        for route, security in DOCUMENTED.items():
            with self.subTest(route):
                self.assertIn({"aws_sigv4": []}, security)
                self.assertIn({"jwt": ["peras/admin"]}, security)

    def test_both_apis_have_the_same_routes_to_the_same_functions(self):
        signed = {
            key: re.search(r"functions/\$\{(\w+)Aliaslive}", text(route["x-amazon-apigateway-integration"]["uri"]))[1]
            for key, route in self.routes().items()
        }
        api = self.jwt_api()
        integrations = self.resources("AWS::ApiGatewayV2::Integration", api)
        by_token = {}
        for route in self.resources("AWS::ApiGatewayV2::Route", api).values():
            integration = re.fullmatch(r"integrations/\$\{(\w+)}", text(route["Target"]))[1]
            by_token[route["RouteKey"]] = integrations[integration]["IntegrationUri"]
        self.assertEqual(by_token, {key: str({"Ref": function + "Aliaslive"}) for key, function in signed.items()})

    def jwt_api(self):
        stack = self.resources("AWS::CloudFormation::Stack", deployed(**JWT))["JwtApi"]
        self.assertEqual(stack["Parameters"].keys(), load("infra/deploy/jwt-api.yaml")["Parameters"].keys())
        return nested(stack, stack["TemplateURL"])

    def invocable(self, policy):
        """Method and path patterns, below the stage."""
        (statement,) = statements([self.resources("AWS::IAM::ManagedPolicy")[policy]])
        self.assertEqual(statement["Action"], "execute-api:Invoke")
        stage = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/$default/"
        patterns = []
        for resource in map(text, as_list(statement["Resource"])):
            # A wildcard before the method would take admin calls whose path ends like an agent's.
            self.assertTrue(resource.startswith(stage), resource)
            patterns.append(resource.removeprefix(stage))
        return patterns

    def test_agents_may_make_their_calls_and_no_others(self):
        patterns = self.invocable("AgentPolicy")
        self.assertEqual(
            sorted(patterns), sorted(re.sub(r"\{\w+}", "*", key.replace(" ", "", 1)) for key in AGENT_ROUTES)
        )
        self.assertLessEqual(AGENT_ROUTES, self.routes().keys())
        names = ["x", "..", "POST/v1/sessions", "GET/v1/sessions/x", "GET/v1/customers/x/admission"]
        for key in self.routes().keys() - AGENT_ROUTES - {"$default"}:
            for name in names:
                call = re.sub(r"\{\w+\+?}", name, key.replace(" ", "", 1))
                for pattern in patterns:
                    # A name with a slash is no name of a customer or session: only what the API would route counts.
                    if "+}" in key or "/" not in name:
                        self.assertFalse(fnmatchcase(call, pattern), f"{call} by {pattern}")

    def test_admins_may_make_every_call(self):
        self.assertEqual(self.invocable("AdminPolicy"), ["*"])

    def test_calls_are_capped_and_logged(self):
        apis = {"signed": deployed(RequestsPerSecond="7"), "jwt": self.jwt_api()}
        for name, template in apis.items():
            for stage in self.resources("AWS::ApiGatewayV2::Stage", template).values():
                self.assertIn("ThrottlingRateLimit", stage["DefaultRouteSettings"])
                self.assertIn("status", json.loads(stage["AccessLogSettings"]["Format"]), name)


class State(TemplateTest):
    def test_the_table_is_kept_restorable_and_encrypted(self):
        (name,) = self.resources("AWS::DynamoDB::Table")
        resource = self.deployed["Resources"][name]
        self.assertEqual(resource["DeletionPolicy"], "Retain")
        self.assertEqual(resource["UpdateReplacePolicy"], "Retain")
        table = resource["Properties"]
        self.assertEqual(table["BillingMode"], "PAY_PER_REQUEST")
        self.assertNotIn("ProvisionedThroughput", table)
        self.assertEqual(table["PointInTimeRecoverySpecification"], {"PointInTimeRecoveryEnabled": True})
        self.assertEqual(table.get("SSESpecification"), {"SSEEnabled": True})
        self.assertEqual(table["TimeToLiveSpecification"], {"AttributeName": "ttl", "Enabled": True})
        self.assertEqual(table["StreamSpecification"], {"StreamViewType": "KEYS_ONLY"})
        self.assertEqual(table["DeletionProtectionEnabled"], "true")

    def test_deletion_protection_can_be_lifted(self):
        table = self.resources("AWS::DynamoDB::Table", deployed(DeletionProtection="false"))["Table"]
        self.assertEqual(table["DeletionProtectionEnabled"], "false")

    def test_logs_end_and_all_go_where_they_end(self):
        key = "arn:aws:kms:eu-west-1:111122223333:key/k"
        groups = self.resources("AWS::Logs::LogGroup", deployed(LogRetentionDays="14", LogKeyArn=key))
        self.assertGreaterEqual(groups.keys(), {"Logs", "AccessLogs"})
        for name, group in groups.items():
            self.assertEqual((group["RetentionInDays"], group["KmsKeyId"]), ("14", key), name)
            self.assertNotIn("KmsKeyId", self.resources("AWS::Logs::LogGroup")[name])
        for name, function in self.functions().items():
            self.assertEqual(function["LoggingConfig"]["LogGroup"], {"Ref": "Logs"}, name)

    def test_queues_are_encrypted_and_keep_for_two_weeks(self):
        for name, queue in self.resources("AWS::SQS::Queue").items():
            self.assertTrue(queue["SqsManagedSseEnabled"], name)
            self.assertEqual(queue["MessageRetentionPeriod"], 1209600, name)


class Triggers(TemplateTest):
    def test_the_sweep_comes_every_15_minutes(self):
        schedule = self.resources("AWS::Scheduler::Schedule")["BudgetSweepFunctionEvery15Minutes"]
        self.assertEqual(schedule["ScheduleExpression"], "rate(15 minutes)")
        self.assertNotEqual(schedule.get("State"), "DISABLED")

    def test_schedules_call_the_alias_and_stop_trying_before_the_next_call(self):
        for name, schedule in self.resources("AWS::Scheduler::Schedule").items():
            with self.subTest(name):
                # Two stacks in a region would want the same name.
                self.assertNotIn("Name", schedule)
                target = schedule["Target"]
                self.assertRegex(target["Arn"]["Ref"], r"FunctionAliaslive$")
                every = {"minute": 60, "hour": 3600, "day": 86400}
                number, unit = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", schedule["ScheduleExpression"]).groups()
                self.assert_given_up(target["RetryPolicy"], int(number) * every[unit])
                self.assert_queue(target.get("DeadLetterConfig", {}).get("Arn"), name)

    def test_so_does_lambda_which_takes_the_call_at_once(self):
        configs = self.resources("AWS::Lambda::EventInvokeConfig")
        for name, schedule in self.resources("AWS::Scheduler::Schedule").items():
            function = schedule["Target"]["Arn"]["Ref"].removesuffix("Aliaslive")
            with self.subTest(name):
                self.assertIn(function + "EventInvokeConfig", configs)
                config = configs[function + "EventInvokeConfig"]
                self.assertEqual(config["Qualifier"], "live")
                self.assert_given_up(config, schedule["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"] + 1)
                self.assert_queue(config.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"), name)

    def test_streams_stop_trying_and_tell(self):
        for name, mapping in self.resources("AWS::Lambda::EventSourceMapping").items():
            with self.subTest(name):
                self.assertRegex(mapping["FunctionName"]["Ref"], r"FunctionAliaslive$")
                self.assertGreaterEqual(mapping["MaximumRetryAttempts"], 0)
                self.assertGreaterEqual(mapping["MaximumRecordAgeInSeconds"], 0)
                self.assert_queue(mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"), name)

    def assert_given_up(self, retries, before):
        self.assertLessEqual(retries["MaximumRetryAttempts"], 2)
        self.assertGreaterEqual(retries["MaximumEventAgeInSeconds"], 60)
        # AWS takes no less than a minute.
        self.assertLess(retries["MaximumEventAgeInSeconds"], max(before, 61))

    def assert_queue(self, arn, name):
        self.assertIsNotNone(arn, f"{name} has no dead-letter queue")
        self.assertIn(arn["Fn::GetAtt"][0], self.resources("AWS::SQS::Queue"))


class Monitoring(TemplateTest):
    def setUp(self):
        super().setUp()
        stack = self.resources("AWS::CloudFormation::Stack", deployed(Monitoring="true"))["Monitor"]
        self.assertEqual(stack["Parameters"].keys(), load("infra/deploy/monitoring.yaml")["Parameters"].keys())
        stack["Parameters"]["AlarmTopicArn"] = "arn:aws:sns:eu-west-1:111122223333:pager"
        self.monitor = nested(stack, stack["TemplateURL"])
        self.alarms = self.resources("AWS::CloudWatch::Alarm", self.monitor)

    def test_it_costs_nothing_unless_asked_for(self):
        self.assertEqual(self.resources("AWS::CloudFormation::Stack"), {})

    def test_there_is_an_alarm_for_each_thing_that_people_must_know(self):
        self.assertEqual(
            set(self.alarms),
            {
                "ApiErrors", "ApiLatency", "FunctionErrors", "FunctionThrottles", "TableThrottles", "Conflicts",
                "DeadLetters", "DeadDeliveries", "NoSweep", "IngestErrors", "IngestThrottles",
            },
        )  # fmt: skip
        for name, alarm in self.alarms.items():
            topic = ["arn:aws:sns:eu-west-1:111122223333:pager"]
            self.assertEqual((alarm["AlarmActions"], alarm["OKActions"]), (topic, topic), name)

    def test_half_an_hour_without_a_sweep_is_an_alarm(self):
        alarm = self.alarms["NoSweep"]
        self.assertEqual((alarm["MetricName"], alarm["TreatMissingData"]), ("SweepSucceeded", "breaching"))
        self.assertEqual((alarm["Period"] * alarm["EvaluationPeriods"], alarm["Threshold"]), (1800, 1))
        self.assertEqual(alarm["ComparisonOperator"], "LessThanThreshold")

    def test_every_function_is_watched(self):
        for alarm in ("FunctionErrors", "FunctionThrottles"):
            watched = {
                dimension["Value"]
                for metric in self.alarms[alarm]["Metrics"][1:]
                for dimension in metric["MetricStat"]["Metric"]["Dimensions"]
            }
            watched.add(self.alarms[alarm.replace("Function", "Ingest")]["Dimensions"][0]["Value"])
            self.assertEqual(watched, {str({"Ref": name}) for name in self.functions()}, alarm)

    def test_the_dashboard_shows_every_function_and_metric(self):
        body = text(self.resources("AWS::CloudWatch::Dashboard", self.monitor)["Dashboard"]["DashboardBody"])
        widgets = json.loads(body)["widgets"]
        shown = [metric for widget in widgets for metric in widget["properties"]["metrics"]]
        for title in ("Errors", "Throttles", "Duration"):
            functions = {metric[3] for metric in shown if metric[:2] == ["AWS/Lambda", title]}
            self.assertEqual(functions, {"${%s}" % name for name in self.functions()})
        self.assertEqual({metric[1] for metric in shown if metric[0] == "Peras"}, METRICS)

    def test_metrics_are_those_of_this_stack(self):
        for alarm in ("Conflicts", "NoSweep"):
            self.assertEqual(self.alarms[alarm]["Namespace"], "Peras")
            self.assertIn(self.alarms[alarm]["MetricName"], METRICS)
            self.assertEqual(self.alarms[alarm]["Dimensions"][0]["Name"], "Service")
        for function in self.functions().values():
            variables = function["Environment"]["Variables"]
            self.assertEqual(variables["POWERTOOLS_METRICS_NAMESPACE"], "Peras")
            self.assertEqual(variables["POWERTOOLS_SERVICE_NAME"], {"Ref": "AWS::StackName"})


if __name__ == "__main__":
    unittest.main()
