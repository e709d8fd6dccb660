package io.penstock.route;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

import org.apache.camel.NoSuchBeanException;
import org.apache.camel.spi.BeanRepository;
import org.jspecify.annotations.Nullable;

/**
 * The beans that route files declare. While a file's routes are read and built, on the thread that does it, only the beans of
 * that file are seen; a version of a file can so be built while another runs. Running routes see the beans of all files.
 *
 * <p>Lookups come from any thread; {@link #replace} belongs to one.
 */
final class DeclaredBeans implements BeanRepository {

    private static final ScopedValue<Map<String, DeclaredBean>> FILE = ScopedValue.newInstance();

    private volatile Map<String, DeclaredBean> running = Map.of();

    /** Runs a step with these beans, and no other file's, in sight. */
    static <T> T seeing(Map<String, DeclaredBean> beans, Callable<T> step) throws Exception {
        return ScopedValue.where(FILE, beans).call(step::call);
    }

    /** From now on running routes see the second beans instead of the first. */
    void replace(Map<String, DeclaredBean> before, Map<String, DeclaredBean> now) {
        var all = new HashMap<>(running);
        before.keySet().forEach(all::remove);
        all.putAll(now);
        running = Map.copyOf(all);
    }

    private Map<String, DeclaredBean> inSight() {
        return FILE.orElse(running);
    }

    @Override
    public @Nullable Object lookupByName(String name) {
        var bean = inSight().get(name);
        return bean == null ? null : bean.object();
    }

    @Override
    public <T> @Nullable T lookupByNameAndType(String name, Class<T> type) {
        Object bean = lookupByName(name);
        if (bean != null && !type.isInstance(bean)) {
            throw new NoSuchBeanException(name, "bean " + name + " is a " + bean.getClass().getName() + ", not a " + type.getName());
        }
        return type.cast(bean);
    }

    @Override
    public <T> Map<String, T> findByTypeWithName(Class<T> type) {
        var found = new LinkedHashMap<String, T>();
        inSight().forEach((name, bean) -> {
            if (type.isInstance(bean.object())) {
                found.put(name, type.cast(bean.object()));
            }
        });
        return found;
    }

    @Override
    public <T> Set<T> findByType(Class<T> type) {
        return new LinkedHashSet<>(findByTypeWithName(type).values());
    }
}
