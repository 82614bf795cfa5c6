"""The unary calls, and the standard services health and reflection."""
import grpc
import health_pb2
import health_pb2_grpc
import reflection_pb2
import reflection_pb2_grpc
from edgernn.v1 import inference_pb2 as pb

from checks import SECONDS, expect, expect_status

SERVING = health_pb2.HealthCheckResponse.SERVING
SERVICES = ["edgernn.v1.InferenceService", "grpc.health.v1.Health"]


def models_are_listed(server):
    """models: ListModels and GetModel agree"""
    listed = server.stub.ListModels(pb.ListModelsRequest(), timeout=SECONDS).models
    for model in listed:
        found = server.stub.GetModel(pb.GetModelRequest(name=model.name), timeout=SECONDS).model
        expect(found == model, f"listed {model}, found {found}")
        expect(model.frame_size > 0 and model.output_size > 0 and model.parameters > 0, f"sizes: {model}")
        expect(len(model.labels) in (0, model.output_size), f"{model.output_size} outputs, labels {model.labels}")


def health_is_serving(server):
    """health: Check and Watch say SERVING, per model too"""
    stub = health_pb2_grpc.HealthStub(server.channel)
    for service in ("", server.model.name):
        request = health_pb2.HealthCheckRequest(service=service)
        status = stub.Check(request, timeout=SECONDS).status
        expect(status == SERVING, f"Check '{service}': {status}")
        watch = stub.Watch(request, timeout=SECONDS)
        status = next(watch).status
        expect(status == SERVING, f"Watch '{service}': {status}")
        watch.cancel()


def health_of_unknown_service_is_not_found(server):
    """health: Check of an unknown service is NOT_FOUND"""
    request = health_pb2.HealthCheckRequest(service="no-such-service")
    stub = health_pb2_grpc.HealthStub(server.channel)
    expect_status(grpc.StatusCode.NOT_FOUND, lambda: stub.Check(request, timeout=SECONDS))


def reflection_lists_the_services(server):
    """reflection: lists the services and has their files"""
    stub = reflection_pb2_grpc.ServerReflectionStub(server.channel)
    questions = [
        reflection_pb2.ServerReflectionRequest(list_services="*"),
        reflection_pb2.ServerReflectionRequest(file_containing_symbol=SERVICES[0]),
    ]
    names, files = stub.ServerReflectionInfo(iter(questions), timeout=SECONDS)
    found = [service.name for service in names.list_services_response.service]
    expect(set(SERVICES) <= set(found), f"expected {SERVICES}, found {found}")
    expect(files.file_descriptor_response.file_descriptor_proto, f"no file for {SERVICES[0]}: {files}")


CHECKS = [
    models_are_listed,
    health_is_serving,
    health_of_unknown_service_is_not_found,
    reflection_lists_the_services,
]
