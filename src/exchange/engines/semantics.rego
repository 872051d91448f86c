# A policy binds an agent that all its lists name; an empty list or "*" names everybody.
binds(list, _) if count(list) == 0

binds(list, _) if "*" in list

binds(list, word) if word in list

in_scope(scope) if {
	binds(scope.types, object.get(input.agent, "type", null))
	binds(scope.environments, object.get(input.agent, "environment", null))
	binds(scope.names, object.get(input.agent, "name", null))
}

# Resources: any denial beats every grant; a resource that is listed for another access only is denied.
resource_word(listed) := {"effect": "deny", "by": denials[0].by, "recorded": denials[0].recorded} if {
	denials := [condition | some condition in listed; condition.denies]
	count(denials) > 0
} else := {"effect": "allow", "by": grants[0].by, "recorded": false} if {
	grants := [condition | some condition in listed; input.access in condition.grants]
	count(grants) > 0
} else := {"effect": "deny", "by": listed[0].by, "recorded": listed[0].recorded}

word(policy) := found if {
	input.kind == "resource"
	listed := [condition | some condition in policy.resources; condition.resource in [input.resource, "*"]]
	count(listed) > 0
	found := resource_word(listed)
}

# Communications: the first condition that matches decides.
word(policy) := {"effect": first.effect, "by": first.by, "recorded": first.recorded} if {
	input.kind == "communication"
	matching := [index |
		some index, condition in policy.communications
		input.direction in condition.directions
		meant(condition)
	]
	count(matching) > 0
	first := policy.communications[min(matching)]
}

meant(condition) if condition.everybody

meant(condition) if input.destination in condition.names

meant(condition) if {
	some suffix in condition.suffixes
	endswith(lower(host), suffix)
	lower(host) != suffix
}

meant(condition) if {
	some range in condition.ranges
	net.cidr_contains(range, address)
}

# The destination without its port.
host := split(input.destination, ":")[0] if {
	regex.match(`^[^:]*:[0-9]*$`, input.destination)
} else := input.destination

# The destination as an address, if it is one; those of version 4 also where they are written as version 6.
address := plain if {
	net.cidr_is_valid(concat("", [plain, "/32"]))
	not contains(plain, ":")
} else := substring(plain, 7, -1) if {
	startswith(plain, "::ffff:")
	net.cidr_is_valid(concat("", [substring(plain, 7, -1), "/32"]))
} else := plain if {
	contains(plain, ":")
	net.cidr_is_valid(concat("", [plain, "/128"]))
}

# The destination as an address would be written, without a port and the brackets that go with it.
plain := trim_prefix(split(lower(input.destination), "]")[0], "[") if {
	regex.match(`^\[.*\]:[0-9]+$`, input.destination)
} else := lower(host)

words := [object.union(found, {"priority": policy.priority}) |
	some policy in policies
	in_scope(policy.scope)
	found := word(policy)
]

highest := max([one.priority | some one in words])

heard(one) if not by_priority

heard(one) if one.priority == highest

denials_that(recorded) := [one |
	some one in words
	heard(one)
	one.effect == "deny"
	one.recorded == recorded
]

allowances := [one | some one in words; heard(one); one.effect == "allow"]

# Layers: any denial denies, otherwise any grant grants, otherwise the default. What a rule that only watches denies is
# recorded and not prevented.
decision := {"effect": "deny", "by": denials_that(false)[0].by, "prevented": true} if {
	count(denials_that(false)) > 0
} else := {"effect": "deny", "by": denials_that(true)[0].by, "prevented": false} if {
	count(denials_that(true)) > 0
} else := {"effect": "allow", "by": allowances[0].by, "prevented": false} if {
	count(allowances) > 0
} else := {"effect": default_effect, "by": "default", "prevented": default_effect == "deny"}

# Whether the request goes through.
allow if not decision.prevented
