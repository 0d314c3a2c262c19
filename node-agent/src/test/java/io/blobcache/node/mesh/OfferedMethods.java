package io.blobcache.node.mesh;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import io.grpc.Channel;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import java.util.Set;
import java.util.TreeSet;

/** What a server says itself that it offers. */
final class OfferedMethods {
    private static final String REFLECTION = "grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

    private OfferedMethods() {}

    /** Full names of all methods of all services. */
    static Set<String> of(Channel channel) throws Exception {
        Set<String> methods = new TreeSet<>();
        var services = ask(channel, ServerReflectionRequest.newBuilder().setListServices("*"));
        for (ServiceResponse service : services.getListServicesResponse().getServiceList()) {
            var files = ask(channel, ServerReflectionRequest.newBuilder().setFileContainingSymbol(service.getName()));
            for (ByteString file : files.getFileDescriptorResponse().getFileDescriptorProtoList()) {
                FileDescriptorProto descriptor = FileDescriptorProto.parseFrom(file);
                descriptor.getServiceList().stream()
                        .filter(each -> service.getName().equals(descriptor.getPackage() + "." + each.getName()))
                        .flatMap(each -> each.getMethodList().stream())
                        .forEach(method -> methods.add(service.getName() + "/" + method.getName()));
            }
        }
        return methods;
    }

    private static ServerReflectionResponse ask(Channel channel, ServerReflectionRequest.Builder request)
            throws Exception {
        AnyCall.Answer answer =
                AnyCall.call(channel, REFLECTION, request.build().toByteArray());
        return ServerReflectionResponse.parseFrom(answer.responses().getFirst());
    }
}
