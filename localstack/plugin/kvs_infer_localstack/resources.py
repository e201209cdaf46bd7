"""Resources that LocalStack's CloudFormation lacks. It deploys them as nothing, whose every attribute
is "unknown", and what refers to them is refused.

Elastic addresses are made by LocalStack's own EC2. ECS is not there: its stand-ins keep names and
give ARNs, and run nothing, so that a stack that is complete with them proves nothing about ECS.
"""

from localstack.services.cloudformation.resource_provider import (
    CloudFormationResourceProviderPlugin,
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
)


def _done(request, model) -> ProgressEvent:
    return ProgressEvent(
        status=OperationStatus.SUCCESS,
        resource_model=model,
        custom_context=request.custom_context,
    )


class _Named(ResourceProvider):
    TYPE: str
    SCHEMA: dict
    name_property: str
    arn_property: str
    resource: str
    ref_is_name = True

    def __init_subclass__(cls):
        identifier = cls.name_property if cls.ref_is_name else cls.arn_property
        cls.SCHEMA = {
            "typeName": cls.TYPE,
            "properties": {cls.name_property: {}, cls.arn_property: {}},
            "primaryIdentifier": [f"/properties/{identifier}"],
            "readOnlyProperties": [f"/properties/{cls.arn_property}"],
        }

    def create(self, request):
        model = request.desired_state
        name = model.get(self.name_property) or f"{request.stack_name}-{request.logical_resource_id}"
        model[self.name_property] = name
        model[self.arn_property] = (
            f"arn:aws:ecs:{request.region_name}:{request.account_id}:{self.resource}/{name}"
        )
        if not self.ref_is_name:
            model[self.arn_property] += ":1"
        return _done(request, model)

    def update(self, request):
        return _done(request, {**request.previous_state, **request.desired_state})

    def delete(self, request):
        return _done(request, request.desired_state)


class Cluster(_Named):
    TYPE = "AWS::ECS::Cluster"
    name_property, arn_property, resource = "ClusterName", "Arn", "cluster"


class CapacityProvider(_Named):
    TYPE = "AWS::ECS::CapacityProvider"
    name_property, arn_property, resource = "Name", "Arn", "capacity-provider"


class TaskDefinition(_Named):
    TYPE = "AWS::ECS::TaskDefinition"
    name_property, arn_property, resource = "Family", "TaskDefinitionArn", "task-definition"
    ref_is_name = False


class Address(ResourceProvider):
    TYPE = "AWS::EC2::EIP"
    SCHEMA = {
        "typeName": TYPE,
        "properties": {"PublicIp": {}, "AllocationId": {}},
        "primaryIdentifier": ["/properties/PublicIp"],
        "readOnlyProperties": ["/properties/PublicIp", "/properties/AllocationId"],
    }

    def create(self, request):
        made = request.aws_client_factory.ec2.allocate_address(Domain="vpc")
        model = request.desired_state
        model["PublicIp"], model["AllocationId"] = made["PublicIp"], made["AllocationId"]
        return _done(request, model)

    def update(self, request):
        return _done(request, {**request.previous_state, **request.desired_state})

    def delete(self, request):
        ec2 = request.aws_client_factory.ec2
        ec2.release_address(AllocationId=request.desired_state["AllocationId"])
        return _done(request, request.desired_state)


class AddressPlugin(CloudFormationResourceProviderPlugin):
    name = Address.TYPE

    def load(self):
        self.factory = Address


class ClusterPlugin(CloudFormationResourceProviderPlugin):
    name = Cluster.TYPE

    def load(self):
        self.factory = Cluster


class CapacityProviderPlugin(CloudFormationResourceProviderPlugin):
    name = CapacityProvider.TYPE

    def load(self):
        self.factory = CapacityProvider


class TaskDefinitionPlugin(CloudFormationResourceProviderPlugin):
    name = TaskDefinition.TYPE

    def load(self):
        self.factory = TaskDefinition
