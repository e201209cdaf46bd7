"""What LocalStack's event source mappings take as settings and do not do.

BisectBatchOnFunctionError: a batch that a function fails with an error is halved, so that one bad
record does not take its neighbours along; splitting costs no retry. Answers with batchItemFailures
are LocalStack's own: it goes on from the lowest of them.

A batch that is given up for its age is described with its condition, as any other.
"""

from localstack.services.lambda_.event_source_mapping.esm_event_processor import EsmEventProcessor
from localstack.services.lambda_.event_source_mapping.esm_worker_factory import EsmWorkerFactory
from localstack.services.lambda_.event_source_mapping.event_processor import (
    BatchFailureError,
    EventProcessor,
)
from localstack.services.lambda_.event_source_mapping.pollers.stream_poller import StreamPoller


class _Split(BaseException):
    """Leaves LocalStack's loop of retries, which catches every Exception."""

    def __init__(self, left: int):
        self.left = left


class _Splitting(EventProcessor):
    """Before a mapping's own processor: a batch that fails is to be split, not tried again."""

    def __init__(self, inner: EventProcessor):
        self._inner = inner

    def process_events_batch(self, input_events):
        try:
            return self._inner.process_events_batch(input_events)
        except BatchFailureError:
            if len(input_events) == 1:
                raise
            raise _Split(len(input_events)) from None

    def generate_event_failure_context(self, abort_condition, **kwargs):
        return self._inner.generate_event_failure_context(abort_condition, **kwargs)

    def __getattr__(self, name):
        return getattr(self._inner, name)


def complete_mappings():
    deliver = StreamPoller.forward_events_to_target
    make = EsmWorkerFactory.get_esm_worker
    describe = EsmEventProcessor.generate_event_failure_context

    def deliver_or_split(self, shard_id, records):
        try:
            deliver(self, shard_id, records)
        except _Split as split:
            # Those before it are through; without filters, records and events are one to one.
            left = records[-split.left :]
            middle = len(left) // 2
            deliver_or_split(self, shard_id, left[:middle])
            deliver_or_split(self, shard_id, left[middle:])

    def make_splitting(self):
        worker = make(self)
        poller = worker.poller
        if (
            isinstance(poller, StreamPoller)
            and self.esm_config.get("BisectBatchOnFunctionError")
            and not poller.filter_patterns
        ):
            poller.processor = _Splitting(poller.processor)
        return worker

    def describe_always(self, abort_condition, **kwargs):
        return describe(self, abort_condition, **kwargs) or {
            "requestContext": {
                "functionArn": self.sender.target_arn,
                "condition": abort_condition,
                "approximateInvokeCount": kwargs.get("attempts_count"),
            }
        }

    StreamPoller.forward_events_to_target = deliver_or_split
    EsmWorkerFactory.get_esm_worker = make_splitting
    EsmEventProcessor.generate_event_failure_context = describe_always
