/** Camera settings as operators write them, validated. */
@NullMarked
package io.kvsinfer.contract.settings;

import org.jspecify.annotations.NullMarked;
