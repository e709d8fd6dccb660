package io.penstock.route;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.penstock.route.check.FileEntries;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;
import org.apache.camel.dsl.yaml.common.YamlDeserializationContext;
import org.apache.camel.dsl.yaml.deserializers.BeansDeserializer;
import org.apache.camel.dsl.yaml.deserializers.CustomResolver;
import org.apache.camel.dsl.yaml.deserializers.ModelDeserializersResolver;
import org.apache.camel.model.BeanFactoryDefinition;
import org.apache.camel.model.BeanModelHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteDefinitionHelper;
import org.apache.camel.spi.BeanRepository;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.ObjectHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads a route file into Camel's model and makes its beans, without a trace in the context: Camel's own loader would replace
 * the beans of running routes. One thread.
 */
final class RouteReader {

    private static final Set<String> ROUTE = Set.of("route", "from");

    private final CamelContext context;
    private final DeclaredBeans declared;
    private final RouteDefaults defaults;

    RouteReader(CamelContext context, DeclaredBeans declared, RouteDefaults defaults) {
        this.context = context;
        this.declared = declared;
        this.defaults = defaults;
    }

    /** Reads again what could be read before, for a second life: Camel's model of a route serves once. */
    RouteVersion again(RouteVersion version) {
        try {
            return version.isNone() ? version : read(version.source()).withBeansOf(version);
        } catch (Exception e) {
            throw new IllegalStateException(version.location() + " could be read before", e);
        }
    }

    /**
     * Reads a file. Its routes get the ids that they keep; one without gets the file's name.
     *
     * @throws Exception what is wrong with the file; nothing is left of it then
     */
    RouteVersion read(RouteSource source) throws Exception {
        var beans = new LinkedHashMap<String, DeclaredBean>();
        try {
            return read(source, beans);
        } catch (Exception | Error e) {
            beans.values().forEach(DeclaredBean::destroy);
            throw e;
        }
    }

    private RouteVersion read(RouteSource source, Map<String, DeclaredBean> beans) throws Exception {
        var texts = new ArrayList<>();
        var surrounding = new ArrayList<>();
        // First of all: some of it would change the context as soon as Camel reads it.
        for (Object item : items(source)) {
            var names = item instanceof Map<?, ?> entry ? entry.keySet() : Set.of();
            names.forEach(name -> FileEntries.refusal(String.valueOf(name)).ifPresent(LossRules::refuse));
            (names.stream().anyMatch(ROUTE::contains) ? texts : surrounding).add(item);
        }
        var builder = DeclaredBeans.seeing(beans, () -> model(source, beans));
        List<RouteDefinition> routes = builder.getRouteCollection().getRoutes();
        if (routes.isEmpty()) {
            throw new IllegalArgumentException("there is no route in it; to stop its routes, remove the file");
        }
        if (texts.size() != routes.size()) {
            throw new IllegalArgumentException("one entry of the list holds one route; begin each with '- '");
        }
        DeclaredBeans.seeing(beans, () -> {
            new LossRules(context).check(routes);
            return true;
        });
        name(routes, source);
        var byId = new LinkedHashMap<String, Object>();
        for (int i = 0; i < routes.size(); i++) {
            if (byId.put(routes.get(i).getRouteId(), texts.get(i)) != null) {
                throw new IllegalArgumentException("two routes have the id " + routes.get(i).getRouteId() + "; rename one");
            }
        }
        uniqueIds(routes);
        return new RouteVersion(source, List.copyOf(routes), beans, byId, surrounding);
    }

    /** Camel looks only at what it starts together, and would refuse at the next start what it takes as a change. */
    private static void uniqueIds(List<RouteDefinition> routes) {
        for (RouteDefinition route : routes) {
            var twice = RouteDefinitionHelper.validateUniqueIds(route, routes);
            if (twice != null) {
                throw new IllegalArgumentException("there is an id " + twice + " already in this file; rename one");
            }
        }
    }

    private RouteBuilder model(RouteSource source, Map<String, DeclaredBean> beans) throws Exception {
        var loader = new Loader(beans);
        loader.setCamelContext(context);
        ServiceHelper.startService(loader);
        try {
            var builder = (RouteBuilder) loader.loadRoutesBuilder(ResourceHelper.fromBytes(source.location(), source.content()));
            builder.addLifecycleInterceptor(defaults);
            builder.prepareModel(context);
            return builder;
        } finally {
            ServiceHelper.stopAndShutdownService(loader);
        }
    }

    private static List<?> items(RouteSource source) {
        var yaml = new Load(LoadSettings.builder().setLabel(source.location()).build())
                .loadFromString(new String(source.content(), StandardCharsets.UTF_8));
        if (yaml != null && !(yaml instanceof List<?>)) {
            throw new IllegalArgumentException("a route file is a list; begin each entry with '- '");
        }
        return yaml == null ? List.of() : (List<?>) yaml;
    }

    /** The same at each reading, which Camel's own counted ids are not; with settings in place, as Camel does when it starts a route. */
    private void name(List<RouteDefinition> routes, RouteSource source) {
        var taken = new HashSet<String>();
        for (RouteDefinition route : routes) {
            if (route.hasCustomIdAssigned()) {
                route.setId(context.resolvePropertyPlaceholders(route.getRouteId()));
                taken.add(route.getRouteId());
            }
        }
        for (RouteDefinition route : routes) {
            if (!route.hasCustomIdAssigned()) {
                String id = source.baseName();
                for (int i = 2; !taken.add(id); i++) {
                    id = source.baseName() + '-' + i;
                }
                route.setId(id);
            }
        }
    }

    /** Keeps the beans that Camel's loader would put into the registry. */
    private final class Loader extends YamlRoutesBuilderLoader {

        private final Map<String, DeclaredBean> beans;

        private Loader(Map<String, DeclaredBean> beans) {
            this.beans = beans;
        }

        @Override
        protected YamlDeserializationContext newYamlDeserializationContext(LoadSettings settings, Resource resource) {
            var yaml = new LinedYaml(settings);
            yaml.setResource(resource);
            yaml.setCamelContext(getCamelContext());
            yaml.addResolvers(new CustomResolver(new Collector(beans)));
            yaml.addResolvers(new ModelDeserializersResolver());
            return yaml;
        }

        @Override
        protected RouteBuilder builder(YamlDeserializationContext yaml, Node file) {
            ((LinedYaml) yaml).look(file);
            return super.builder(yaml, file);
        }
    }

    private final class Collector extends BeansDeserializer {

        private final Map<String, DeclaredBean> beans;

        private Collector(Map<String, DeclaredBean> beans) {
            this.beans = beans;
        }

        @Override
        protected void registerBean(CamelContext camel, List<BeanFactoryDefinition<?>> delayed, BeanFactoryDefinition<?> bean,
                boolean delayIfFailed) {
            if (taken(bean.getName())) {
                throw new IllegalArgumentException("Penstock itself has a bean " + bean.getName() + "; give yours another name");
            }
            if (beans.containsKey(bean.getName())) {
                throw new IllegalArgumentException("two beans have the name " + bean.getName() + "; rename one");
            }
            try {
                Object object = BeanModelHelper.newInstance(bean, camel);
                bindBean(camel, bean, bean.getName(), object);
            } catch (Exception e) {
                if (!delayIfFailed) {
                    throw new IllegalArgumentException("Error creating bean: " + bean.getName() + " of type: " + bean.getType(), e);
                }
                // It may need one that comes later in the file.
                delayed.add(bean);
            }
        }

        @Override
        protected void bindBean(CamelContext camel, BeanFactoryDefinition<?> bean, String name, Object target) throws Exception {
            CamelContextAware.trySetCamelContext(target, camel);
            if (bean.getInitMethod() != null) {
                ObjectHelper.invokeMethodSafe(bean.getInitMethod(), target);
            }
            beans.put(name, new DeclaredBean(name, target, bean.getDestroyMethod()));
        }

        private boolean taken(String name) {
            if (context.getRegistry() instanceof DefaultRegistry registry && registry.getRepositories() != null) {
                for (BeanRepository repository : registry.getRepositories()) {
                    if (repository != declared && repository.lookupByName(name) != null) {
                        return true;
                    }
                }
            }
            return false;
        }
    }
}
