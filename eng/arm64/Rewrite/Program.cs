using Mono.Cecil;
using Mono.Cecil.Cil;

// Rewrites two assemblies so that crossgen2 compiles the kernels ahead of time to the code that the JIT generates on an ARM64 machine.
if (args is not [("corelib" or "kernels") and var what, var from, var to])
{
    Console.Error.WriteLine("usage: Arm64Rewrite corelib|kernels FROM.dll TO.dll");
    return 2;
}

using var module = ModuleDefinition.ReadModule(from);
if (what == "corelib")
    RestoreArmIntrinsics(module);
else
    AllowPrecompilation(module);
module.Write(to);
return 0;

// In the core library of an x64 runtime, the methods of ARM64 instructions are stubs that throw. On ARM64 each is marked as an
// intrinsic, and its body calls itself, which the compiler replaces by the instruction.
static void RestoreArmIntrinsics(ModuleDefinition module)
{
    TypeDefinition attribute = module.GetType("System.Runtime.CompilerServices.IntrinsicAttribute");
    MethodDefinition constructor = attribute.Methods.First(method => method.IsConstructor && !method.IsStatic);
    foreach (TypeDefinition type in module.GetTypes().Where(IsArmInstructionSet))
    {
        if (type.CustomAttributes.All(other => other.AttributeType != attribute))
            type.CustomAttributes.Add(new CustomAttribute(constructor));
        foreach (MethodDefinition method in type.Methods.Where(method => method.IsStatic && method.HasBody && !method.IsConstructor))
            CallItself(method);
    }

    module.Attributes |= ModuleAttributes.ILOnly; // the x64 machine code is not written
}

static bool IsArmInstructionSet(TypeDefinition type) => type.IsNested
    ? IsArmInstructionSet(type.DeclaringType)
    : type is { Namespace: "System.Runtime.Intrinsics.Arm", IsClass: true, IsEnum: false };

static void CallItself(MethodDefinition method)
{
    MethodReference self = method;
    if (method.HasGenericParameters)
    {
        var instance = new GenericInstanceMethod(method);
        foreach (GenericParameter parameter in method.GenericParameters)
            instance.GenericArguments.Add(parameter);
        self = instance;
    }

    method.Body = new MethodBody(method);
    ILProcessor body = method.Body.GetILProcessor();
    foreach (ParameterDefinition parameter in method.Parameters)
        body.Emit(OpCodes.Ldarg, parameter);
    body.Emit(OpCodes.Call, self);
    body.Emit(OpCodes.Ret);
}

// AggressiveOptimization makes the JIT skip its first tier, but crossgen2 leaves methods that have it to the JIT.
static void AllowPrecompilation(ModuleDefinition module)
{
    foreach (MethodDefinition method in module.GetTypes().SelectMany(type => type.Methods))
        method.ImplAttributes &= ~(MethodImplAttributes)0x200;
}
