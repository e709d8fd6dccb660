package io.penstock.stack;

import io.quarkus.bootstrap.resolver.maven.BootstrapMavenException;
import io.quarkus.bootstrap.resolver.maven.MavenArtifactResolver;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.resolution.ArtifactResult;

/**
 * Jars of an artifact and of all it needs at run time, resolved as Maven would: settings, mirrors, local repository. May be
 * used from any thread.
 */
public final class Artifacts {

    private static final class Resolver {
        static final MavenArtifactResolver INSTANCE = create();

        private static MavenArtifactResolver create() {
            try {
                return MavenArtifactResolver.builder().setWorkspaceDiscovery(false)
                        .setArtifactTransferLogging(false).build();
            } catch (BootstrapMavenException e) {
                throw new IllegalStateException("Maven's resolver can't be set up", e);
            }
        }
    }

    private final Map<String, Artifact> jars;

    private Artifacts(Map<String, Artifact> jars) {
        this.jars = jars;
    }

    /** {@code coordinates} as {@code group:artifact:version}. */
    public static Artifacts of(String coordinates) {
        var artifact = new DefaultArtifact(coordinates);
        try {
            // One at a time: Quarkus' resolver is not made for several threads
            synchronized (Resolver.class) {
                var jars = new LinkedHashMap<String, Artifact>();
                Resolver.INSTANCE.resolveDependencies(artifact, List.of()).getArtifactResults().stream()
                        .map(ArtifactResult::getArtifact)
                        .forEach(jar -> jars.put(jar.getGroupId() + ':' + jar.getArtifactId(), jar));
                return new Artifacts(jars);
            }
        } catch (BootstrapMavenException e) {
            throw new IllegalStateException(coordinates + " can't be resolved: is Maven Central (or its mirror) reachable,"
                    + " and is there such a version?", e);
        }
    }

    public Artifacts and(Artifacts others) {
        var all = new LinkedHashMap<>(others.jars);
        all.putAll(jars);
        return new Artifacts(all);
    }

    public Artifacts without(Artifacts others) {
        var rest = new LinkedHashMap<>(jars);
        rest.keySet().removeAll(others.jars.keySet());
        return new Artifacts(rest);
    }

    /** @throws IllegalArgumentException when there is no such artifact among them */
    public Artifact get(String groupAndArtifact) {
        var artifact = jars.get(groupAndArtifact);
        if (artifact == null) {
            throw new IllegalArgumentException(groupAndArtifact + " is not among " + jars.keySet());
        }
        return artifact;
    }

    List<Path> files() {
        var files = new ArrayList<Path>();
        jars.values().forEach(jar -> files.add(jar.getFile().toPath()));
        return files;
    }

    public String classPath(Path first) {
        return first + File.pathSeparator
                + files().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
}
