package io.penstock.route;

import org.apache.camel.support.ObjectHelper;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A bean that a route file declares, ready for use. */
record DeclaredBean(String name, Object object, @Nullable String destroyMethod) {

    private static final Logger LOG = Logger.getLogger(DeclaredBean.class);

    void destroy() {
        if (destroyMethod == null || destroyMethod.isBlank()) {
            return;
        }
        try {
            ObjectHelper.invokeMethodSafe(destroyMethod, object);
        } catch (Exception e) {
            LOG.warnf("Bean %s: its destroyMethod failed (%s).", name, e.getClass().getName());
        }
    }
}
