package io.penstock.cli;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersionCollection;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData.JoinGroupResponseMember;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsTopicResponse;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseBroker;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseBrokerCollection;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopicCollection;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponsePartition;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponseTopic;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.SimpleRecord;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;
import org.apache.kafka.common.requests.SyncGroupRequest;

/**
 * As much of a Kafka broker as the only consumer of a group needs to read the only record of a topic. It stands in for one in the
 * training of {@code bin/aot-cache}, so that what reads a broker's answers is in the cache; nothing else runs it.
 */
final class TrainingBroker {

    private static final String HOST = "127.0.0.1";
    private static final int NODE = 1;
    private static final String MEMBER = "training-member";
    private static final Duration IDLE_FETCH = Duration.ofMillis(500);
    private static final Set<ApiKeys> ANSWERED = EnumSet.of(ApiKeys.API_VERSIONS, ApiKeys.METADATA, ApiKeys.FIND_COORDINATOR,
            ApiKeys.JOIN_GROUP, ApiKeys.SYNC_GROUP, ApiKeys.OFFSET_FETCH, ApiKeys.LIST_OFFSETS, ApiKeys.FETCH, ApiKeys.OFFSET_COMMIT,
            ApiKeys.LEAVE_GROUP);

    private final String topic;
    private final MemoryRecords record;
    private final int port;

    private TrainingBroker(String topic, String value, int port) {
        this.topic = topic;
        this.record = MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(value.getBytes(StandardCharsets.UTF_8)));
        this.port = port;
    }

    /** PORT TOPIC VALUE: serves until it is killed. */
    public static void main(String... args) throws IOException {
        int port = Integer.parseInt(args[0]);
        var broker = new TrainingBroker(args[1], args[2], port);
        try (var server = new ServerSocket(port, 0, InetAddress.getByName(HOST))) {
            while (true) {
                var socket = server.accept();
                Thread.ofVirtual().start(() -> broker.serve(socket));
            }
        }
    }

    private void serve(Socket socket) {
        try (socket; var in = new DataInputStream(socket.getInputStream()); var out = new DataOutputStream(socket.getOutputStream())) {
            while (true) {
                var bytes = ByteBuffer.wrap(in.readNBytes(in.readInt()));
                var header = RequestHeader.parse(bytes);
                var request = AbstractRequest.parseRequest(header.apiKey(), header.apiVersion(), new ByteBufferAccessor(bytes)).request;
                var answered = header.toResponseHeader();
                var answer = RequestUtils.serialize(answered.data(), answered.headerVersion(), answer(request), header.apiVersion());
                out.writeInt(answer.remaining());
                out.write(answer.array(), answer.arrayOffset(), answer.remaining());
            }
        } catch (IOException | InterruptedException e) {
            // The client has gone
        }
    }

    private ApiMessage answer(AbstractRequest request) throws InterruptedException {
        return switch (request.apiKey()) {
            case API_VERSIONS -> versions();
            case METADATA -> metadata();
            case FIND_COORDINATOR -> new FindCoordinatorResponseData().setCoordinators(List.of(
                    new Coordinator().setKey(topic).setNodeId(NODE).setHost(HOST).setPort(port)));
            case JOIN_GROUP -> joined(((JoinGroupRequest) request).data());
            case SYNC_GROUP -> synced(((SyncGroupRequest) request).data());
            case OFFSET_FETCH -> new OffsetFetchResponseData().setGroups(List.of(new OffsetFetchResponseGroup().setGroupId(topic)
                    .setTopics(List.of(new OffsetFetchResponseTopics().setName(topic).setPartitions(List.of(
                            new OffsetFetchResponsePartitions().setCommittedOffset(-1)))))));
            case LIST_OFFSETS -> new ListOffsetsResponseData().setTopics(List.of(new ListOffsetsTopicResponse().setName(topic)
                    .setPartitions(List.of(new ListOffsetsPartitionResponse().setOffset(0)))));
            case FETCH -> fetched(((FetchRequest) request).data().topics().getFirst().partitions().getFirst().fetchOffset());
            case OFFSET_COMMIT -> new OffsetCommitResponseData().setTopics(List.of(new OffsetCommitResponseTopic().setName(topic)
                    .setPartitions(List.of(new OffsetCommitResponsePartition()))));
            case LEAVE_GROUP -> new LeaveGroupResponseData();
            default -> throw new IllegalStateException(request.toString());
        };
    }

    private static ApiMessage versions() {
        var versions = new ApiVersionCollection();
        ANSWERED.forEach(key -> versions.add(ApiVersionsResponse.toApiVersion(key)));
        return new ApiVersionsResponseData().setApiKeys(versions);
    }

    /** The topic has no id, so it is asked for by name. */
    private ApiMessage metadata() {
        var brokers = new MetadataResponseBrokerCollection();
        brokers.add(new MetadataResponseBroker().setNodeId(NODE).setHost(HOST).setPort(port));
        var topics = new MetadataResponseTopicCollection();
        topics.add(new MetadataResponseTopic().setName(topic).setPartitions(List.of(new MetadataResponsePartition().setLeaderId(NODE)
                .setLeaderEpoch(0).setReplicaNodes(List.of(NODE)).setIsrNodes(List.of(NODE)))));
        return new MetadataResponseData().setClusterId(topic).setControllerId(NODE).setBrokers(brokers).setTopics(topics);
    }

    /** As from a real one: the first request only brings the member its id. */
    private static ApiMessage joined(JoinGroupRequestData request) {
        var response = new JoinGroupResponseData().setMemberId(MEMBER).setLeader(MEMBER).setProtocolType(request.protocolType());
        if (request.memberId().isEmpty()) {
            return response.setProtocolName("").setErrorCode(Errors.MEMBER_ID_REQUIRED.code());
        }
        var protocol = request.protocols().iterator().next();
        return response.setGenerationId(1).setProtocolName(protocol.name())
                .setMembers(List.of(new JoinGroupResponseMember().setMemberId(MEMBER).setMetadata(protocol.metadata())));
    }

    private static ApiMessage synced(SyncGroupRequestData request) {
        return new SyncGroupResponseData().setProtocolType(request.protocolType()).setProtocolName(request.protocolName())
                .setAssignment(request.assignments().getFirst().assignment());
    }

    private ApiMessage fetched(long offset) throws InterruptedException {
        if (offset > 0) {
            Thread.sleep(IDLE_FETCH);
        }
        return new FetchResponseData().setResponses(List.of(new FetchableTopicResponse().setTopic(topic).setPartitions(List.of(
                new PartitionData().setHighWatermark(1).setRecords(offset > 0 ? MemoryRecords.EMPTY : record)))));
    }
}
